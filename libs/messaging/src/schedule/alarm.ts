import { InterruptiblePause, type Clock } from '@minos/common';

const INEXACT = 0.001;

/** Waits for the earliest of the moments that it is told, which may change while it waits. */
export class Alarm {
  private readonly pause: InterruptiblePause;
  private at = Infinity;

  constructor(private readonly clock: Clock) {
    this.pause = new InterruptiblePause(clock);
  }

  /** No later than in so many milliseconds from now. */
  within(milliseconds: number): void {
    const at = this.clock.monotonic() + milliseconds;
    if (at >= this.at) return;
    this.at = at;
    this.pause.wake();
  }

  /** Resolves when the moment has come, or the signal aborts, and forgets it: what is told from then on counts for the next wait. */
  async wait(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.pause.wake();
    signal.addEventListener('abort', wake, { once: true });
    for (let left = this.left(); left > 0 && !signal.aborted; left = this.left()) await this.pause.wait(left);
    signal.removeEventListener('abort', wake);
    this.at = Infinity;
  }

  /** Whole milliseconds: differences of clocks are not exact, and a pause shorter than their steps would never end. */
  private left(): number {
    return Math.ceil(this.at - this.clock.monotonic() - INEXACT);
  }
}
