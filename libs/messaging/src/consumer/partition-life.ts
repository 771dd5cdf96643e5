import { setMaxListeners } from 'node:events';
import { backoff, isMinosError, type Clock } from '@minos/common';
import { PARTITION_FENCE, type PartitionFence, type PartitionHold } from '../contracts/inbox-store.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** The partition is not ours any more, or is about to be given back: what is under way ends without a result. */
export class PartitionEnded extends Error {
  constructor() {
    super('The partition has been given back.');
  }
}

/** One assignment of a partition, from the take-over to its end. */
export class PartitionLife {
  private readonly ending = new AbortController();
  private readonly listeners = new Set<() => void>();
  /** Why something is being repeated now; cleared when it has succeeded. */
  trouble: unknown;
  /** When a try of a message last ended, on the monotonic clock. */
  triedAt = 0;
  /** Whether another member has taken the partition over. */
  lost = false;
  readonly fence: PartitionFence;

  constructor(
    readonly hold: PartitionHold,
    private readonly clock: Clock,
    private readonly onLost: () => void,
  ) {
    this.fence = { kind: PARTITION_FENCE, ...hold };
    // Any number of pauses wait on it at the same time.
    setMaxListeners(0, this.ending.signal);
  }

  get ended(): boolean {
    return this.ending.signal.aborted;
  }

  end(): void {
    this.ending.abort(new PartitionEnded());
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }

  /** Calls `listener` when nothing of this assignment shall go on. Returns how to forget it. */
  onEnd(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Something went wrong that was not foreseen: ends, so that the partition is taken anew. */
  fail(error: unknown): void {
    this.trouble = error;
    this.lose();
  }

  /** The store refused us: ends, and tells the pipeline. */
  lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.end();
    this.onLost();
  }

  /** Repeats a call of a store, with pauses, until it succeeds. Rejects with {@link PartitionEnded} when the assignment ends, and with the `final` codes. */
  async insist<T>(call: () => Promise<T>, ...final: readonly string[]): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      this.demand();
      try {
        const answer = await call();
        this.trouble = undefined;
        return answer;
      } catch (error) {
        if (isMinosError(error) && final.includes(error.code)) throw error;
        if (isMinosError(error, 'PARTITION_LOST')) this.lose();
        else this.trouble = error;
      }
      await this.pause(backoff(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS));
    }
  }

  /** Rejects with {@link PartitionEnded} when the assignment ends. */
  async pause(milliseconds: number): Promise<void> {
    this.demand();
    await this.clock.sleep(milliseconds, this.ending.signal);
  }

  private demand(): void {
    if (this.ended) throw new PartitionEnded();
  }
}
