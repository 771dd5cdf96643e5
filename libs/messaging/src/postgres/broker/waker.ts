import type { Clock } from '@minos/common';

/** A pause that somebody may end. A call of {@link wake} while nobody waits ends the next pause before it begins. */
export class Waker {
  private woken = false;
  private pausing: AbortController | undefined;

  constructor(private readonly clock: Clock) {}

  wake(): void {
    this.woken = true;
    this.pausing?.abort();
  }

  /** Forgets a call of {@link wake} that came before. */
  reset(): void {
    this.woken = false;
  }

  /** Resolves after this time, or with the next call of {@link wake}. */
  async pause(milliseconds: number): Promise<void> {
    if (!this.woken && milliseconds > 0) {
      this.pausing = new AbortController();
      await this.clock.sleep(milliseconds, this.pausing.signal).catch(() => undefined);
      this.pausing = undefined;
    }
    this.woken = false;
  }
}
