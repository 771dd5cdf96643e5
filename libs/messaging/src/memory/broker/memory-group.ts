import type { PartitionRef } from '../../contracts/broker.js';
import { balance } from './balance.js';
import { partitionName } from './partition-name.js';

/** One member's session, as its group sees it. */
export interface Seat {
  /** All partitions of its channels. */
  readonly partitions: readonly PartitionRef[];
  /** The partition is this seat's from now on. */
  give(partition: PartitionRef): void;
  /** It shall give the partition back, by {@link MemoryGroup.release}. */
  take(partition: PartitionRef): void;
}

interface Owned {
  readonly partition: PartitionRef;
  readonly seat: Seat;
  /** The seat was asked to give it back. */
  asked: boolean;
}

/** Who has which partition in one group. A partition changes hands when its owner has released it, or has left; the others stay where they are. */
export class MemoryGroup {
  private readonly seats = new Set<Seat>();
  private readonly owned = new Map<string, Owned>();

  enter(seat: Seat): void {
    this.seats.add(seat);
    this.rebalance();
  }

  /** Whatever the seat has is free at once. Harmless for one that has left. */
  leave(seat: Seat): void {
    if (!this.seats.delete(seat)) return;
    for (const [name, owned] of this.owned) if (owned.seat === seat) this.owned.delete(name);
    this.rebalance();
  }

  /** Gives back a partition that was asked for; ignored where it is not the seat's. */
  release(seat: Seat, partition: PartitionRef): void {
    const name = partitionName(partition);
    if (this.owned.get(name)?.seat !== seat) return;
    this.owned.delete(name);
    this.rebalance();
  }

  private rebalance(): void {
    const staying = new Map<string, Seat>();
    for (const [name, { seat, asked }] of this.owned) if (!asked) staying.set(name, seat);
    for (const { partition, seat } of balance([...this.seats], staying)) {
      const name = partitionName(partition);
      const owned = this.owned.get(name);
      if (owned === undefined) {
        this.owned.set(name, { partition, seat, asked: false });
        seat.give(partition);
      } else if (owned.seat !== seat && !owned.asked) {
        owned.asked = true;
        owned.seat.take(partition);
      }
    }
  }
}
