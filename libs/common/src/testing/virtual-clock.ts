import type { Clock } from '../contracts/clock.js';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class VirtualClock implements Clock {
  private readonly start: number;
  private current: number;
  private sleepers: Sleeper[] = [];

  constructor(start: Date | number = Date.UTC(2026, 0, 1)) {
    this.start = Number(start);
    this.current = this.start;
  }

  now(): number {
    return this.current;
  }

  monotonic(): number {
    return this.current - this.start;
  }

  /** How many sleeps are waiting. */
  get sleeping(): number {
    return this.sleepers.length;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const aborted = (): void => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      const sleeper = { due: this.current + Math.max(0, milliseconds), wake };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  /**
   * Moves time on by `milliseconds`, waking sleepers in the order in which they are due; what they do, and sleeps that they begin within the
   * span, happen before it returns.
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    await settle();
    for (let next = this.nextDue(end); next !== undefined; next = this.nextDue(end)) {
      this.current = Math.max(this.current, next.due);
      this.sleepers.splice(this.sleepers.indexOf(next), 1);
      next.wake();
      await settle();
    }
    this.current = end;
  }

  private nextDue(end: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of this.sleepers) if (sleeper.due <= end && (next === undefined || sleeper.due < next.due)) next = sleeper;
    return next;
  }
}

/** Lets everything run that is ready. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
