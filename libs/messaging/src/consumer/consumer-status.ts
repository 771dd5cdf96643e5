import type { MemberStatus, PartitionRef } from '../contracts/broker.js';
import type { ConsumerCounts } from './consumer-counts.js';

export interface ConsumerPartitionStatus extends PartitionRef {
  readonly epoch: bigint;
  /** The stored position; `undefined` before the first message. */
  readonly next: bigint | undefined;
  /** Messages that were taken and are not passed by what is done. */
  readonly inHand: number;
  /** Milliseconds since a message was last done, while messages are in hand; else 0. */
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
  readonly counts: Readonly<ConsumerCounts>;
  /** Parked messages of the consumer in all partitions, as far as this process knows. */
  readonly parkedMessages: number;
  /** Why it could not join, until it has. */
  readonly error?: unknown;
}
