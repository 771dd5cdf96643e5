import type { PartitionRef } from '../../contracts/broker.js';
import { partitionName } from './partition-name.js';

interface Sharer {
  readonly partitions: readonly PartitionRef[];
}

/**
 * Divides the partitions among those who read their channels: each has as many as any other that could take one of its, or one more. `staying` says who has
 * which partition; as few as possible move. The same input gives the same answer.
 */
export function balance<T extends Sharer>(
  sharers: readonly T[],
  staying: ReadonlyMap<string, T>,
): { readonly partition: PartitionRef; readonly seat: T }[] {
  const shares = sharers.map((seat) => new Share(seat));
  const free: PartitionRef[] = [];
  for (const [name, partition] of allPartitions(sharers)) {
    const owner = shares.find(({ seat }) => seat === staying.get(name));
    if (owner?.reads.has(name)) owner.has.push(partition);
    else free.push(partition);
  }
  for (const partition of free) lightest(shares, partition)?.has.push(partition);
  while (moveOne(shares));
  return shares.flatMap(({ seat, has }) => has.map((partition) => ({ partition, seat })));
}

class Share<T extends Sharer> {
  readonly has: PartitionRef[] = [];
  readonly reads: ReadonlySet<string>;

  constructor(readonly seat: T) {
    this.reads = new Set(seat.partitions.map(partitionName));
  }
}

function allPartitions(sharers: readonly Sharer[]): Map<string, PartitionRef> {
  return new Map(sharers.flatMap(({ partitions }) => partitions.map((partition) => [partitionName(partition), partition])));
}

function lightest<T extends Sharer>(shares: readonly Share<T>[], partition: PartitionRef): Share<T> | undefined {
  const name = partitionName(partition);
  let found: Share<T> | undefined;
  for (const share of shares) if (share.reads.has(name) && (found === undefined || share.has.length < found.has.length)) found = share;
  return found;
}

/** Moves one partition to somebody who has at least two less; `false` where there is none. */
function moveOne<T extends Sharer>(shares: readonly Share<T>[]): boolean {
  for (const heavy of [...shares].sort((a, b) => b.has.length - a.has.length)) {
    for (let index = heavy.has.length - 1; index >= 0; index--) {
      const partition = heavy.has[index] as PartitionRef;
      const light = lightest(shares, partition);
      if (light === undefined || heavy.has.length - light.has.length < 2) continue;
      heavy.has.splice(index, 1);
      light.has.push(partition);
      return true;
    }
  }
  return false;
}
