import { isMinosError, type MemoryChangeWriter } from '@minos/common';
import type { PartitionRef } from '../contracts/broker.js';
import type { PartitionHold } from '../contracts/inbox-store.js';
import { TAKE_IN_HAND, type SuspectStore, type TakeInHand } from '../contracts/suspect-store.js';

/** What checks a hold: the inbox store. */
export interface HoldCheck {
  /** Throws `PARTITION_LOST` unless the hold is the current one. */
  demand(hold: PartitionHold): void;
}

/** Suspects in the memory of the process, for tests that have a process die. `writer` goes to the unit of work's committer. */
export class MemorySuspectStore implements SuspectStore {
  private readonly ranges = new Map<string, bigint>();
  private readonly tries = new Map<string, Map<bigint, number>>();

  private readonly taking: MemoryChangeWriter<TakeInHand> = {
    kind: TAKE_IN_HAND,
    apply: (change) => {
      this.holds.demand(change);
      const key = keyOf(change.consumer, change);
      const found = this.ranges.get(key);
      this.ranges.set(key, change.upTo);
      return { result: undefined, undo: () => (found === undefined ? void this.ranges.delete(key) : void this.ranges.set(key, found)) };
    },
  };

  readonly writer = this.taking as MemoryChangeWriter<never>;

  constructor(private readonly holds: HoldCheck) {}

  async inHand(consumer: string, partition: PartitionRef): Promise<bigint | undefined> {
    return this.ranges.get(keyOf(consumer, partition));
  }

  async countTry(hold: PartitionHold, offset: bigint): Promise<number> {
    this.holds.demand(hold);
    const key = keyOf(hold.consumer, hold);
    const counts = this.tries.get(key) ?? new Map<bigint, number>();
    this.tries.set(key, counts);
    const count = (counts.get(offset) ?? 0) + 1;
    counts.set(offset, count);
    return count;
  }

  async forgive(hold: PartitionHold, offset: bigint): Promise<void> {
    if (!this.isOurs(hold)) return;
    this.tries.get(keyOf(hold.consumer, hold))?.delete(offset);
  }

  async clear(hold: PartitionHold): Promise<void> {
    if (!this.isOurs(hold)) return;
    this.ranges.delete(keyOf(hold.consumer, hold));
    this.tries.delete(keyOf(hold.consumer, hold));
  }

  private isOurs(hold: PartitionHold): boolean {
    try {
      this.holds.demand(hold);
      return true;
    } catch (error) {
      if (isMinosError(error, 'PARTITION_LOST')) return false;
      throw error;
    }
  }
}

function keyOf(consumer: string, { channel, partition }: PartitionRef): string {
  return JSON.stringify([consumer, channel, partition]);
}
