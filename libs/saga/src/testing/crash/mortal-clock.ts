import type { Clock } from '@minos/common';

/** The clock of a process: none of its sleeps ends once the process is dead. */
export class MortalClock implements Clock {
  constructor(
    private readonly clock: Clock,
    private readonly isDead: () => boolean,
  ) {}

  now(): number {
    return this.clock.now();
  }

  monotonic(): number {
    return this.clock.monotonic();
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (this.isDead()) return never();
    try {
      await this.clock.sleep(milliseconds, signal);
    } finally {
      if (this.isDead()) await never();
    }
  }
}

/** What a process waits for that is no more. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
