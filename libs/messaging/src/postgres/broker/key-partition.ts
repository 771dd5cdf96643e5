import { keyHash } from '@minos/common';

/** The partition of a key in a channel of so many. */
export function partitionOfKey(key: string, partitions: number): number {
  return (keyHash(key) >>> 0) % partitions;
}
