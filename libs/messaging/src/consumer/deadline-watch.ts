import { InterruptiblePause, type Clock } from '@minos/common';

interface Watched {
  readonly due: number;
  readonly abort: (reason: Error) => void;
  readonly reason: () => Error;
}

/** Ends handlings at their deadlines. One sleep for all of them: a timer for each message would cost more than most handlers. */
export class DeadlineWatch {
  private readonly watched = new Set<Watched>();
  private readonly nap: InterruptiblePause;
  /** When the nap ends; `undefined` where there is nothing to watch. */
  private until: number | undefined;

  constructor(private readonly clock: Clock) {
    this.nap = new InterruptiblePause(clock);
  }

  /** Calls `abort` once when the time is over. Returns how to stop watching. */
  watch(milliseconds: number, abort: (reason: Error) => void, reason: () => Error): () => void {
    const one = { due: this.clock.monotonic() + milliseconds, abort, reason };
    this.watched.add(one);
    if (this.until === undefined) void this.run();
    else if (one.due < this.until) this.nap.wake();
    return () => void this.watched.delete(one);
  }

  private async run(): Promise<void> {
    while (this.watched.size > 0) {
      const now = this.clock.monotonic();
      let next = Infinity;
      for (const one of this.watched) {
        if (one.due <= now) this.expire(one);
        else next = Math.min(next, one.due);
      }
      if (next === Infinity) continue;
      this.until = next;
      this.nap.reset();
      await this.nap.wait(next - now);
    }
    this.until = undefined;
  }

  private expire(one: Watched): void {
    this.watched.delete(one);
    one.abort(one.reason());
  }
}
