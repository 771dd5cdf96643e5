import type { PartitionRef } from '../../contracts/broker.js';

/** Names the advisory lock of a consumer's partition. */
export function partitionLock(consumer: string, { channel, partition }: PartitionRef): string {
  return `partition:${consumer}:${channel}:${partition}`;
}
