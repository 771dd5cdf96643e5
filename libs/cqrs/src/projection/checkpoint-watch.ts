import type { Clock } from '@minos/common';
import { type CheckpointStore, comparePositions, type FeedPosition } from '@minos/event-sourcing';

interface Waiter {
  readonly wanted: FeedPosition;
  /** On the monotonic clock. */
  readonly deadline: number;
  settle(reached: boolean): void;
  fail(error: unknown): void;
}

const LOOK_MS = 10;
const LONGEST_LOOK_MS = 100;

/** Looks where one subscription stands, once for all who wait for it. */
export class CheckpointWatch {
  private readonly waiters = new Set<Waiter>();
  private pause = LOOK_MS;
  private looking = false;

  constructor(
    private readonly subscription: string,
    private readonly checkpoints: CheckpointStore,
    private readonly clock: Clock,
  ) {}

  /** Resolves with whether it got there before the deadline, on the monotonic clock. Looks once at the least. Rejects where the checkpoint cannot be read. */
  reached(wanted: FeedPosition, deadline: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiters.add({ wanted, deadline, settle: resolve, fail: reject });
      this.pause = LOOK_MS;
      if (!this.looking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiters.size > 0) {
      // Who came while the checkpoint was read is not told by what it was.
      const waiting = [...this.waiters];
      try {
        this.tell(waiting, await this.checkpoints.load(this.subscription));
      } catch (error) {
        for (const waiter of waiting) this.end(waiter, () => waiter.fail(error));
      }
      if (this.waiters.size > 0) await this.clock.sleep(this.pause);
      this.pause = Math.min(this.pause * 1.5, LONGEST_LOOK_MS);
    }
    this.looking = false;
  }

  private tell(waiting: readonly Waiter[], position: FeedPosition | undefined): void {
    for (const waiter of waiting) {
      const reached = position !== undefined && comparePositions(position, waiter.wanted) >= 0;
      if (reached || this.clock.monotonic() >= waiter.deadline) this.end(waiter, () => waiter.settle(reached));
    }
  }

  private end(waiter: Waiter, how: () => void): void {
    this.waiters.delete(waiter);
    how();
  }
}
