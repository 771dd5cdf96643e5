import type { Change } from '@minos/common';
import type { PartitionRef } from './broker.js';
import type { PartitionHold } from './inbox-store.js';

export const TAKE_IN_HAND = 'messaging.take-in-hand';

/** Records that messages below `upTo` may be in handling from now on. Refused with `PARTITION_LOST` where the epoch is not the current one. */
export interface TakeInHand extends Change, PartitionHold {
  readonly kind: typeof TAKE_IN_HAND;
  /** Offset behind the last of them; may be behind the last message there is. */
  readonly upTo: bigint;
}

/**
 * What tells a message that kills the process: the range that an owner of a partition had in hand when it died, and how often each message of it was tried
 * since, one at a time. Recording is a change of the unit of work ({@link TakeInHand}).
 */
export interface SuspectStore {
  /** The offset behind the last message that was in hand when the partition was last held; `undefined` where its owner gave it back in order. */
  inHand(consumer: string, partition: PartitionRef): Promise<bigint | undefined>;
  /** Counts a try that is about to begin and returns how many that makes. Committed when it resolves. Rejects with `PARTITION_LOST`. */
  countTry(hold: PartitionHold, offset: bigint): Promise<number>;
  /** Takes the counted tries of a message back: the last one ended, and not with the process. Does nothing where the partition is lost. */
  forgive(hold: PartitionHold, offset: bigint): Promise<void>;
  /** Forgets what was in hand, and the counts. Does nothing where the partition is lost. */
  clear(hold: PartitionHold): Promise<void>;
}
