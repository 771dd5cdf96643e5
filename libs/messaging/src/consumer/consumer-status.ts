import type { MemberStatus, PartitionRef } from '../contracts/broker.js';
import type { ConsumerCounts } from './consumer-counts.js';

export interface ConsumerPartitionStatus extends PartitionRef {
  readonly epoch: bigint;
  /** The stored position; `undefined` before the first message. */
  readonly next: bigint | undefined;
  /** Behind the messages that are done, stored or not yet; `undefined` before the first. */
  readonly done: bigint | undefined;
  /** Messages that were taken and are not passed by what is done. */
  readonly inHand: number;
  /** Milliseconds since a message was last done or a try ended, while messages are in hand; else 0. */
  readonly unmovedMs: number;
  readonly parkedKeys: number;
  /** Why it stands: more is parked than may be. */
  readonly halted?: Error;
  /** The last failure of a store, until it succeeds again. */
  readonly trouble?: unknown;
}

/** How a consumer of this process is doing. */
export interface ConsumerStatus {
  readonly consumer: string;
  readonly running: boolean;
  /** As the broker's member says; missing before it has asked to join. */
  readonly member?: MemberStatus;
  readonly partitions: readonly ConsumerPartitionStatus[];
  /** How long a message may be in hand without a sign of life, by the deadlines and pauses that were given; 0 where none was. */
  readonly patienceMs: number;
  readonly counts: Readonly<ConsumerCounts>;
  /** Parked messages of the consumer in all partitions, as far as this process knows. */
  readonly parkedMessages: number;
  /** Why it could not join, until it has. */
  readonly error?: unknown;
}
