const LOOK_MS = 20;

/**
 * For what a process loses that is not heard for a while: makes the attempt again where this process stood still for longer than `milliseconds` at one time meanwhile, for
 * it could not be heard then. Otherwise does what the attempt gave, which is to look at the outcome.
 */
export async function unlessItStoodStill(milliseconds: number, attempt: () => Promise<() => void>): Promise<void> {
  for (;;) {
    const looks = new Looks();
    try {
      const judge = await attempt();
      if (looks.longestPause < milliseconds) return judge();
    } finally {
      looks.end();
    }
  }
}

/** Looks at the clock again and again. */
class Looks {
  private longest = 0;
  private looked = performance.now();
  private readonly timer = setInterval(() => this.look(), LOOK_MS);

  get longestPause(): number {
    this.look();
    return this.longest;
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = performance.now();
    this.longest = Math.max(this.longest, now - this.looked);
    this.looked = now;
  }
}
