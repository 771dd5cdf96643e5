import type { Clock } from '../contracts/clock.js';

/** A reason of its own: an abort without one makes an exception with a stack each time, which a busy loop notices. */
const WOKEN = Symbol('woken');

/** Pauses that can be cut short. A wake-up that comes while nobody pauses cuts the next one, so that none is lost. */
export class InterruptiblePause {
  private woken = false;
  private current: AbortController | undefined;

  constructor(private readonly clock: Clock) {}

  /** Resolves after so many milliseconds, or with the next {@link wake}; with whether it was cut short. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.woken && milliseconds > 0) {
      const mine = (this.current = new AbortController());
      await this.clock.sleep(milliseconds, mine.signal).catch(() => undefined);
      this.current = undefined;
    }
    const { woken } = this;
    this.woken = false;
    return woken;
  }

  /** Forgets a wake-up that came before: what it was for is looked at now. */
  reset(): void {
    this.woken = false;
  }

  wake(): void {
    this.woken = true;
    this.current?.abort(WOKEN);
  }
}
