import type { PartitionRef } from '../../contracts/broker.js';

/** Identifies a partition within the log. */
export function partitionName({ channel, partition }: PartitionRef): string {
  return `${channel}/${partition}`;
}
