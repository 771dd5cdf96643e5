import type { Change, JsonValue } from '@minos/common';
import type { PartitionRef } from './broker.js';

export const INBOX_MARK = 'messaging.inbox-mark';
export const INBOX_REPLY = 'messaging.inbox-reply';
export const MOVE_POSITION = 'messaging.move-position';
export const PARTITION_FENCE = 'messaging.partition-fence';

/** Says that the consumer has handled a message. Refused with `MESSAGE_ALREADY_HANDLED` where it has said so before. */
export interface InboxMark extends Change {
  readonly kind: typeof INBOX_MARK;
  readonly consumer: string;
  /** Names the message for this consumer: its source and id, or what stands for them. */
  readonly messageId: string;
  /** The service that published the message. */
  readonly source: string;
  readonly reply?: KeptReply;
}

/** Keeps a reply with a mark that this unit, or an earlier one, has made. */
export interface InboxReply extends Change {
  readonly kind: typeof INBOX_REPLY;
  readonly consumer: string;
  readonly messageId: string;
  readonly reply: KeptReply;
}

/** A consumer's hold on a partition, as {@link InboxStore.takeOver} gave it. */
export interface PartitionHold extends PartitionRef {
  readonly consumer: string;
  readonly epoch: bigint;
}

/** Moves a consumer's position forward; one that is lower than where it stands changes nothing. Refused with `PARTITION_LOST`. */
export interface MovePosition extends Change, PartitionHold {
  readonly kind: typeof MOVE_POSITION;
  readonly next: bigint;
}

/**
 * Writes nothing; the unit commits only while the partition has this epoch, else it is refused with `PARTITION_LOST`. Any number of units that carry it
 * commit at the same time; a take-over waits for those that are committing.
 */
export interface PartitionFence extends Change, PartitionHold {
  readonly kind: typeof PARTITION_FENCE;
}

/** A consumer's place in one partition: everything below `next` is handled or parked. `epoch` fences whoever had the partition before. */
export interface ConsumerPosition extends PartitionRef {
  /** `undefined` where the partition was taken over and nothing has been handled yet. */
  readonly next: bigint | undefined;
  readonly epoch: bigint;
  /** The log that it counts in; empty where that was not told. */
  readonly origin: string;
}

/** A partition of the broker's log. */
export interface LogState {
  /** As `Broker.origin` tells it. */
  readonly origin: string;
  /** The offset behind its last message, read when nobody could move the position any more. @default not looked at */
  readonly end?: bigint;
}

/** What a consumer that takes a partition over finds of its own. */
export interface TakenPosition {
  readonly epoch: bigint;
  readonly next: bigint | undefined;
  /** The consumer was here, but on another log, or on one that was longer. */
  readonly moved: boolean;
}

/** Marks that a purge leaves alone. */
export interface PurgeExceptions {
  /** Those of these consumers. */
  readonly consumers: readonly string[];
  /** Those that are older than this: an earlier purge has seen them. */
  readonly olderThanMs?: number;
}

/** What was answered to a request, kept with the mark of the request so that a repetition gets it too. */
export interface KeptReply {
  readonly type: string;
  readonly data: JsonValue;
}

/**
 * What a consumer keeps in its own database. Marks and positions are written as changes of the unit of work: `messaging.inbox-mark` is refused with
 * `MESSAGE_ALREADY_HANDLED` where the consumer has the mark, `messaging.move-position` with `PARTITION_LOST` where the epoch is not the current one.
 */
export interface InboxStore {
  /**
   * Takes a partition over: raises its epoch, so that every unit of the previous owner is refused from now on, and returns where to begin, with
   * `next` undefined where the consumer was never here. `log` says what the broker has now: a position of another log, or one behind the end of this one, is
   * worth nothing; `next` is then 0, and `moved` says so, so that everything the log has is handled. Marks stay. @default log the one that is known
   */
  takeOver(consumer: string, partition: PartitionRef, log?: LogState): Promise<TakenPosition>;
  position(consumer: string, partition: PartitionRef): Promise<ConsumerPosition | undefined>;
  /** Of the given messages, as their marks name them, those that the consumer has marked. */
  handled(consumer: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** The reply that was kept with a mark; `undefined` where there is no mark or it has none. */
  reply(consumer: string, messageId: string): Promise<KeptReply | undefined>;
  /** Deletes marks older than `ageMs` on the database's clock, at most `limit`; returns how many. */
  purge(ageMs: number, limit: number, except?: PurgeExceptions): Promise<number>;
}
