import type { JsonValue } from '@minos/common';
import type { PartitionRef } from './broker.js';

/** A consumer's place in one partition: everything below `next` is handled or parked. `epoch` fences whoever had the partition before. */
export interface ConsumerPosition extends PartitionRef {
  readonly next: bigint;
  readonly epoch: bigint;
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
   * `next` undefined where the consumer was never here.
   */
  takeOver(consumer: string, partition: PartitionRef): Promise<{ readonly epoch: bigint; readonly next: bigint | undefined }>;
  position(consumer: string, partition: PartitionRef): Promise<ConsumerPosition | undefined>;
  /** Of the given message ids those that the consumer has marked. */
  handled(consumer: string, messageIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** The reply that was kept with a mark; `undefined` where there is no mark or it has none. */
  reply(consumer: string, messageId: string): Promise<KeptReply | undefined>;
  /** Deletes marks older than `ageMs` on the database's clock, at most `limit`; returns how many. */
  purge(ageMs: number, limit: number): Promise<number>;
}
