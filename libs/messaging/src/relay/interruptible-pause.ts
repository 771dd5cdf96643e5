import type { Clock } from '@minos/common';

/** Pauses that can be cut short. A wake-up that comes while nobody pauses cuts the next one, so that none is lost. */
export class InterruptiblePause {
  private woken = false;
  private current: AbortController | undefined;

  constructor(private readonly clock: Clock) {}

  /** Resolves with whether it was cut short. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.woken) {
      const mine = (this.current = new AbortController());
      await this.clock.sleep(milliseconds, mine.signal).catch(() => undefined);
      this.current = undefined;
    }
    const { woken } = this;
    this.woken = false;
    return woken;
  }

  wake(): void {
    this.woken = true;
    this.current?.abort();
  }
}
