import type { RateDecision } from '../contracts/limits.js';
import { BoundedTimes } from './bounded-times.js';

/** So many requests in a time, and how many of them may come at once. */
export interface Rate {
  readonly requests: number;
  /** In milliseconds. */
  readonly per: number;
  readonly burst: number;
}

/**
 * Counts by the generic cell rate algorithm: each key has one time, at which it would have all of its burst again; a request moves it on by the time that one request takes at this rate. It is a token bucket that needs no
 * timers, and a time in the past is the same as none.
 */
export class CellRate {
  private readonly interval: number;
  private readonly times: BoundedTimes;

  constructor(
    private readonly rate: Rate,
    entries: number,
    random: () => number,
  ) {
    this.interval = rate.per / rate.requests;
    this.times = new BoundedTimes(entries, random);
  }

  /** What taking one would be now. Nothing is counted. */
  look(key: string, now: number): RateDecision {
    const { interval, rate } = this;
    const ahead = Math.max(0, (this.times.get(key) ?? now) - now);
    const over = ahead - (rate.burst - 1) * interval;
    const allowed = over <= ROUNDING_MS;
    const after = allowed ? ahead + interval : ahead;
    return {
      allowed,
      limit: rate.burst,
      remaining: Math.max(0, Math.floor(rate.burst - after / interval + ROUNDING_MS)),
      resetMs: after,
      retryAfterMs: allowed ? 0 : over,
    };
  }

  /** Counts one that {@link look} allowed. */
  count(key: string, now: number): void {
    this.times.set(key, Math.max(now, this.times.get(key) ?? now) + this.interval);
  }
}

/** Sums of fractions are not exact. */
const ROUNDING_MS = 1e-6;
