import type { AppliedChange, Clock, MemoryChangeWriter } from '@minos/common';
import type { PartitionRef } from '../contracts/broker.js';
import { INBOX_MARK, INBOX_REPLY, MOVE_POSITION, PARTITION_FENCE } from '../contracts/inbox-store.js';
import type {
  ConsumerPosition,
  InboxMark,
  InboxReply,
  InboxStore,
  KeptReply,
  LogState,
  MovePosition,
  PartitionFence,
  PartitionHold,
  PurgeExceptions,
  TakenPosition,
} from '../contracts/inbox-store.js';
import { MessageAlreadyHandledError, PartitionLostError } from '../errors/inbox.errors.js';

interface Mark {
  readonly consumer: string;
  readonly handledAt: number;
  readonly reply: KeptReply | undefined;
}

interface Place {
  readonly epoch: bigint;
  readonly next: bigint | undefined;
  readonly origin: string;
}

const NOWHERE: Place = { epoch: 0n, next: undefined, origin: '' };
const NOTHING: AppliedChange = { result: undefined, undo: () => undefined };

/** Marks and positions in the memory of the process; `writers` go to the unit of work's committer. */
export class MemoryInboxStore implements InboxStore {
  private readonly marks = new Map<string, Mark>();
  private readonly places = new Map<string, Place>();
  readonly writers: readonly MemoryChangeWriter<never>[] = this.makeWriters();

  constructor(private readonly clock: Clock) {}

  async takeOver(consumer: string, partition: PartitionRef, log?: LogState): Promise<TakenPosition> {
    const key = placeKey(consumer, partition);
    const found = this.places.get(key) ?? NOWHERE;
    const moved = log !== undefined && isElsewhere(found, log);
    const place = { epoch: found.epoch + 1n, next: moved ? 0n : found.next };
    this.places.set(key, { ...place, origin: log?.origin ?? found.origin });
    return { ...place, moved };
  }

  async position(consumer: string, { channel, partition }: PartitionRef): Promise<ConsumerPosition | undefined> {
    const found = this.places.get(placeKey(consumer, { channel, partition }));
    return found && { channel, partition, ...found };
  }

  async handled(consumer: string, messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(messageIds.filter((id) => this.marks.has(markKey(consumer, id))));
  }

  async reply(consumer: string, messageId: string): Promise<KeptReply | undefined> {
    return this.marks.get(markKey(consumer, messageId))?.reply;
  }

  async purge(ageMs: number, limit: number, { consumers, olderThanMs = Infinity }: PurgeExceptions = { consumers: [] }): Promise<number> {
    const now = this.clock.now();
    const isOld = ({ consumer, handledAt }: Mark): boolean =>
      handledAt < now - ageMs && handledAt >= now - olderThanMs && !consumers.includes(consumer);
    const old = [...this.marks].filter(([, mark]) => isOld(mark)).slice(0, limit);
    for (const [key] of old) this.marks.delete(key);
    return old.length;
  }

  /** Throws `PARTITION_LOST` unless the hold is the current one. */
  demand(hold: PartitionHold): void {
    const epoch = this.places.get(placeKey(hold.consumer, hold))?.epoch;
    if (epoch !== hold.epoch) throw new PartitionLostError(hold, epoch);
  }

  private makeWriters(): readonly MemoryChangeWriter<never>[] {
    const mark: MemoryChangeWriter<InboxMark> = { kind: INBOX_MARK, apply: (change) => this.mark(change) };
    const reply: MemoryChangeWriter<InboxReply> = { kind: INBOX_REPLY, apply: (change) => this.keepReply(change) };
    const move: MemoryChangeWriter<MovePosition> = { kind: MOVE_POSITION, apply: (change) => this.move(change) };
    const fence: MemoryChangeWriter<PartitionFence> = {
      kind: PARTITION_FENCE,
      apply: (change) => {
        this.demand(change);
        return NOTHING;
      },
    };
    return [mark, reply, move, fence] as MemoryChangeWriter<never>[];
  }

  private mark({ consumer, messageId, reply }: InboxMark): AppliedChange {
    const key = markKey(consumer, messageId);
    if (this.marks.has(key)) throw new MessageAlreadyHandledError(consumer, messageId);
    this.marks.set(key, { consumer, handledAt: this.clock.now(), reply });
    return { result: undefined, undo: () => void this.marks.delete(key) };
  }

  private keepReply({ consumer, messageId, reply }: InboxReply): AppliedChange {
    const key = markKey(consumer, messageId);
    const found = this.marks.get(key);
    if (found === undefined) return NOTHING;
    this.marks.set(key, { ...found, reply });
    return { result: undefined, undo: () => void this.marks.set(key, found) };
  }

  private move(change: MovePosition): AppliedChange {
    this.demand(change);
    const key = placeKey(change.consumer, change);
    const found = this.places.get(key) as Place;
    if (found.next !== undefined && found.next >= change.next) return NOTHING;
    this.places.set(key, { ...found, next: change.next });
    return { result: undefined, undo: () => void this.places.set(key, found) };
  }
}

function isElsewhere({ origin, next = 0n }: Place, log: LogState): boolean {
  return (origin !== '' && origin !== log.origin) || (log.end !== undefined && next > log.end);
}

function markKey(consumer: string, messageId: string): string {
  return JSON.stringify([consumer, messageId]);
}

function placeKey(consumer: string, { channel, partition }: PartitionRef): string {
  return JSON.stringify([consumer, channel, partition]);
}
