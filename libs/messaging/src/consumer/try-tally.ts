import { backoff, isMinosError, type Clock } from '@minos/common';
import type { ConsumerSettings } from './consumer.options.js';

/** The database is away, or overloaded. */
const OUTAGES: ReadonlySet<string> = new Set([
  'DATABASE_UNAVAILABLE',
  'DATABASE_CLOSED',
  'POOL_EXHAUSTED',
  'OVERLOADED',
  'OUTCOME_UNKNOWN',
  'UNIT_OF_WORK_CLOSED',
]);

/** The message itself is wrong: another try would find the same. */
const HOPELESS = 'MESSAGE_INVALID';

/** A request to another service whose outcome is unknown is a fault of the handler like others: that service may be away for good. */
export function isOutage(error: unknown): boolean {
  return isMinosError(error) && OUTAGES.has(error.code) && error.details['requestId'] === undefined;
}

/** Counts the tries of one message, and the time that they take. An outage costs neither, a conflict costs time alone. */
export class TryTally {
  private readonly began: number;
  private startedAt: number;
  private tries = 0;
  private failures = 0;
  private waited = 0;

  constructor(
    private readonly retry: ConsumerSettings['retry'],
    private readonly clock: Clock,
    /** Tries that were made before, by whomever. */
    private readonly before: number,
  ) {
    this.began = this.startedAt = clock.monotonic();
  }

  /** In all, one at the least. */
  get attempts(): number {
    return this.before + Math.max(1, this.tries);
  }

  /** A try begins; returns its number. */
  begin(): number {
    this.startedAt = this.clock.monotonic();
    return this.before + this.tries + 1;
  }

  /** The try that was begun has failed; returns whether it counts, and is the first that does. */
  isFirst(error: unknown): boolean {
    const counts = !isOutage(error) && !isMinosError(error, 'CONCURRENCY_CONFLICT');
    if (counts) this.tries += 1;
    return counts && this.tries === 1;
  }

  /** The pause before the next try; `undefined` where none may begin. */
  pauseAfter(error: unknown): number | undefined {
    const { attempts, first, longest, budget } = this.retry;
    this.failures += 1;
    const pause = backoff(this.failures, first, longest);
    if (isOutage(error)) {
      this.waited += this.clock.monotonic() - this.startedAt + pause;
      return pause;
    }
    const most = isMinosError(error, HOPELESS) ? 1 : attempts;
    const spent = this.clock.monotonic() - this.began - this.waited + pause;
    return this.tries >= most || spent > budget ? undefined : pause;
  }
}
