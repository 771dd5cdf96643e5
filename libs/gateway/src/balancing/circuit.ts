import type { BalancingSettings } from './balancing.options.js';

/** The request that decides whether a circuit closes. */
export type Trial = symbol;

/** `closed`: everything is sent. `open`: nothing is. `trial`: one request is sent at a time, and what becomes of it decides. */
export type CircuitState = 'closed' | 'open' | 'trial';

/**
 * The circuit breaker of one service. It opens where so many calls in a row failed and no instance is left that may be better; while instances differ, ejection and retries are enough, and shutting off the whole
 * would do harm.
 *
 * A state machine of its own instead of a library: breakers such as cockatiel's wrap a call in a function, while here a call is a lease that is taken, lives on as a stream, and is given back, and its outcome
 * counts for the instance as well.
 */
export class Circuit {
  private failures = 0;
  private opened = 0;
  private until: number | undefined;
  /** The one that is under way. */
  private trial: Trial | undefined;

  constructor(private readonly settings: BalancingSettings['circuit']) {}

  state(now: number): CircuitState {
    if (this.until === undefined) return 'closed';
    return now < this.until ? 'open' : 'trial';
  }

  /** How long it is until a request may be sent, in milliseconds; 0: now. */
  waitMs(now: number): number {
    if (this.until === undefined) return 0;
    if (this.trial !== undefined) return this.settings.time;
    return Math.max(0, this.until - now);
  }

  /** A request is sent. Where it is the one that decides, it must be given back by {@link answered}, {@link failed} or {@link givenBack}. */
  sent(): Trial | undefined {
    if (this.until === undefined) return undefined;
    return (this.trial = Symbol('trial'));
  }

  answered(): void {
    this.failures = 0;
    this.opened = 0;
    this.until = undefined;
    this.trial = undefined;
  }

  /** `hopeless`: no instance is left that may be better. */
  failed(now: number, trial: Trial | undefined, hopeless: boolean): void {
    this.failures++;
    const decides = this.givenBack(trial);
    // What was sent before it opened says nothing new.
    if (!decides && (this.until !== undefined || this.failures < this.settings.failures || !hopeless)) return;
    const { time, longest } = this.settings;
    this.until = now + Math.min(longest, time * 2 ** Math.min(this.opened++, 30));
  }

  /** It ended and says nothing. Answers whether it would have decided: no longer where an answer to another request came before. */
  givenBack(trial: Trial | undefined): boolean {
    if (trial === undefined || trial !== this.trial) return false;
    this.trial = undefined;
    return true;
  }
}
