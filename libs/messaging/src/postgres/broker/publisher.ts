import { RefusedKeys } from '../../broker/refused-keys.js';
import { sizeOf, unpublishable } from '../../broker/unpublishable.js';
import type { BrokerMessage, PublishOutcome } from '../../contracts/broker.js';
import { MessageUnpublishableError } from '../../errors/broker.errors.js';
import type { ChannelDirectory } from './channel-directory.js';
import { partitionOfKey } from './key-partition.js';
import type { PendingMessage } from './publish-batch.js';
import { PublishLanes } from './publish-lanes.js';

export interface PublisherOptions {
  readonly maxMessageBytes: number;
  readonly batchMessages: number;
  readonly batchBytes: number;
}

/** Appends messages in one statement; all of them, or none, or nobody knows. */
export type Append = (messages: readonly PendingMessage[]) => Promise<PublishOutcome[]>;

interface Call {
  readonly outcomes: PublishOutcome[];
  readonly refusedKeys: RefusedKeys;
  left: number;
  readonly resolve: (outcomes: PublishOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Entry extends PendingMessage {
  readonly call: Call;
  readonly index: number;
}

/** NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** The bytes of a row beside what the message has. */
const ROW_BYTES = 64;

/**
 * Publishes for one process: one statement at a time, and what comes meanwhile goes together into the next, so the calls keep their order for each key. Where
 * a statement fails, all that waits behind it is refused with the same error: later messages do not overtake those that may be missing.
 */
export class Publisher {
  private readonly lanes = new PublishLanes<Entry>();
  private admitting: Promise<unknown> | undefined;
  private pumping: Promise<void> | undefined;

  constructor(
    private readonly channels: ChannelDirectory,
    private readonly append: Append,
    private readonly options: PublisherOptions,
  ) {}

  async publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    await this.admit([...new Set(messages.map(({ channel }) => channel))]);
    return new Promise((resolve, reject) => {
      const outcomes = new Array<PublishOutcome>(messages.length);
      const call: Call = { outcomes, refusedKeys: new RefusedKeys(), left: messages.length, resolve, reject };
      messages.forEach((message, index) => this.enqueue(call, message, index));
      if (call.left === 0) resolve(call.outcomes);
      this.pumping ??= this.pump();
    });
  }

  /** Calls are let in in their order, also where one of them has to ask for its channels first. */
  private async admit(channels: readonly string[]): Promise<void> {
    const before = this.admitting;
    if (before === undefined && channels.every((name) => this.channels.get(name) !== undefined)) return;
    const mine = (async (): Promise<void> => {
      await before?.catch(() => undefined);
      await this.channels.find(channels, 'find-channels');
    })();
    this.admitting = mine;
    try {
      await mine;
    } finally {
      if (this.admitting === mine) this.admitting = undefined;
    }
  }

  private enqueue(call: Call, message: BrokerMessage, index: number): void {
    const { refusedKeys } = call;
    const refused = refusedKeys.holdingBack(message) ?? unpublishable(message, this.options.maxMessageBytes) ?? unstorable(message);
    if (refused !== undefined) {
      refusedKeys.add(message);
      return settle(call, index, { refused });
    }
    const { channel, key, headers, body } = message;
    const { id, partitions } = this.channels.get(channel) ?? { id: 0, partitions: 1 };
    const bytes = sizeOf(message) + ROW_BYTES;
    const partition = partitionOfKey(key, partitions);
    this.lanes.add({ call, index, channel, channelId: id, partition, key, headers: JSON.stringify(headers), body, bytes });
  }

  private async pump(): Promise<void> {
    // Calls of one tick go together.
    await Promise.resolve();
    const { batchMessages, batchBytes } = this.options;
    while (!this.lanes.empty) {
      const batch = this.lanes.take(batchMessages, batchBytes);
      try {
        const outcomes = await this.append(batch);
        batch.forEach(({ call, index }, place) => settle(call, index, outcomes[place] as PublishOutcome));
      } catch (error) {
        for (const { call } of [...batch, ...this.lanes.drain()]) call.reject(error);
      }
    }
    // Here and not when the promise has settled: a call that comes in between must find it ended.
    this.pumping = undefined;
  }
}

function settle(call: Call, index: number, outcome: PublishOutcome): void {
  call.outcomes[index] = outcome;
  call.left -= 1;
  if (call.left === 0) call.resolve(call.outcomes);
}

/** What the columns of the log cannot keep as it is. */
function unstorable({ channel, key }: BrokerMessage): MessageUnpublishableError | undefined {
  if (!UNSTORABLE.test(key)) return undefined;
  return new MessageUnpublishableError(
    `A message for the channel "${channel}" has a key with a NUL character or half a surrogate pair, which PostgreSQL does not store. Give plain text.`,
    { details: { channel } },
  );
}
