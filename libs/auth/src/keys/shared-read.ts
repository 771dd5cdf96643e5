import type { Clock } from '@minos/common';

export interface SharedReadOptions {
  readonly clock: Clock;
  /** Milliseconds from the beginning of one read to that of the next at the least; 0 for none. */
  readonly pauseMs: number;
  /** Ends the pause and begins no read any more: who waits gets its reason. What runs has to end by itself. */
  readonly signal?: AbortSignal;
}

/**
 * Reads for all who ask. Who asks waits for a read that begins afterwards: only such a one can tell what is new from what does not exist. They share it, there is one at a time,
 * so that none overwrites what a later one has found, and they begin no closer than the pause, so a flood of questions costs one read in each pause.
 */
export class SharedRead<T> {
  private begunAt = -Infinity;
  /** The one that has not begun yet: whoever asks now may wait for it. */
  private coming: Promise<T> | undefined;
  private running: Promise<T> | undefined;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly options: SharedReadOptions,
  ) {}

  /** What the next read that begins finds. Rejects as that one does; the next call asks for another. */
  next(): Promise<T> {
    this.coming ??= this.begin();
    return this.coming;
  }

  /** Milliseconds since the last read began; `Infinity` before the first. */
  get sinceBegun(): number {
    return this.options.clock.monotonic() - this.begunAt;
  }

  /** Resolves when nothing is under way any more, which the signal brings about. Never rejects. */
  async ended(): Promise<void> {
    await Promise.allSettled([this.coming, this.running]);
  }

  private async begin(): Promise<T> {
    const { clock, pauseMs, signal } = this.options;
    try {
      // Waited for also where none runs: `coming` has to be set before it is taken away below.
      await this.running?.catch(() => undefined);
      const pause = pauseMs - this.sinceBegun;
      if (pause > 0) await clock.sleep(pause, signal);
      signal?.throwIfAborted();
    } finally {
      // From here on it has begun, or never will: who asks later needs another one.
      this.coming = undefined;
    }
    this.begunAt = clock.monotonic();
    this.running = this.read();
    return this.running;
  }
}
