import { RefusedKeys } from '../../broker/refused-keys.js';
import type { BrokerMessage, PublishOutcome } from '../../contracts/broker.js';
import { ChannelUnknownError } from '../../errors/broker.errors.js';
import { asBrokerError } from '../client/kafka.errors.js';
import { partitionOfKey } from './key-partition.js';
import { Lane } from './lane.js';
import type { LaneSender } from './lane-sender.js';
import { recordOf, tooLarge, type OutgoingRecord } from './outgoing-record.js';

/** What must be known of a channel before something is published to it. */
export interface ChannelFacts {
  readonly partitions: number;
  /** Bytes in one batch at the most. */
  readonly batchLimit: number;
}

export interface ChannelSource {
  /** `undefined` where the channel does not exist. */
  facts(channel: string): Promise<ChannelFacts | undefined>;
  /** Asks anew from now on. */
  forget(): void;
}

export interface PublisherOptions {
  readonly sender: LaneSender;
  readonly channels: ChannelSource;
  /** Whether a batch may become smaller on its way, so that only Kafka can tell that a record is too large. */
  readonly compresses: boolean;
}

interface Call {
  readonly messages: readonly BrokerMessage[];
  readonly resolve: (outcomes: readonly PublishOutcome[]) => void;
  readonly reject: (error: Error) => void;
}

type Facts = ReadonlyMap<string, ChannelFacts | undefined>;

/** Messages of the calls that go together in one turn. */
const TURN_MESSAGES = 5_000;
/** Far above what anybody configures, and below what makes a node end the connection. */
const LARGEST_BYTES = 64_000_000;

/** Publishes one turn after another; calls that wait meanwhile share the next one. So the order of calls is the order of each key. */
export class Publisher {
  private waiting: Call[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly options: PublisherOptions) {}

  publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ messages, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when everything that was to be published by now is settled. */
  async drain(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // Calls of the same moment share the turn.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.turn(this.nextCalls());
    this.running = undefined;
  }

  private nextCalls(): Call[] {
    let messages = 0;
    const end = this.waiting.findIndex((call, index) => index > 0 && (messages += call.messages.length) > TURN_MESSAGES);
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }

  private async turn(calls: readonly Call[]): Promise<void> {
    try {
      const facts = await this.factsOf(calls);
      const lanes = new Map<string, Lane>();
      const settled = calls.flatMap((call) => {
        const unknown = call.messages.find(({ channel }) => facts.get(channel) === undefined);
        if (unknown === undefined) return [{ call, outcomes: this.enqueue(call.messages, facts, lanes) }];
        call.reject(new ChannelUnknownError(unknown.channel));
        return [];
      });
      await this.options.sender.send([...lanes.values()]);
      for (const { call, outcomes } of settled) call.resolve(outcomes);
    } catch (error) {
      this.options.channels.forget();
      const reason = asBrokerError(error, 'publish messages');
      for (const { reject } of calls) reject(reason);
    }
  }

  private async factsOf(calls: readonly Call[]): Promise<Facts> {
    const channels = new Set(calls.flatMap(({ messages }) => messages.map(({ channel }) => channel)));
    return new Map(await Promise.all([...channels].map(async (channel) => [channel, await this.options.channels.facts(channel)] as const)));
  }

  /** Puts the messages into the lanes of their partitions; the list that is answered fills when these are sent. */
  private enqueue(messages: readonly BrokerMessage[], facts: Facts, lanes: Map<string, Lane>): PublishOutcome[] {
    const outcomes: PublishOutcome[] = [];
    const refusedKeys = new RefusedKeys();
    messages.forEach((message, index) => {
      const { partitions = 1, batchLimit = 0 } = facts.get(message.channel) ?? {};
      const settle = (outcome: PublishOutcome): void => {
        outcomes[index] = outcome;
        if ('refused' in outcome) refusedKeys.add(message);
      };
      const heldBack = (): Error | undefined => refusedKeys.holdingBack(message);
      const record = recordOf(message, { settle, heldBack });
      if (record instanceof Error) return settle({ refused: record });
      const refused = heldBack() ?? this.hopeless(record, batchLimit);
      if (refused !== undefined) return settle({ refused });
      const partition = partitionOfKey(message.key, partitions);
      const name = `${message.channel} ${partition}`;
      const lane = lanes.get(name) ?? new Lane({ channel: message.channel, partition }, batchLimit);
      lanes.set(name, lane);
      lane.add(record);
    });
    return outcomes;
  }

  /** A record that is refused for certain is not sent. */
  private hopeless({ message, size }: OutgoingRecord, limit: number): Error | undefined {
    const least = message.key.length + message.value.length;
    return least > (this.options.compresses ? LARGEST_BYTES : Math.min(limit, LARGEST_BYTES)) ? tooLarge(size, limit) : undefined;
  }
}
