import { addressKey } from '@minos/common';
import type { Attempt, ThrottleStore } from '../contracts/throttle.js';
import { LoginDelayedError, RateExceededError } from '../sessions/session.errors.js';
import { type LoginThrottleOptions, resolveLoginThrottleOptions } from './login-throttle.options.js';

const MINUTE_MS = 60_000;

export type Limited = 'logins' | 'registrations' | 'refreshes';

/** An attempt that was let through; when it succeeds, its failures are forgotten. */
export interface CountedAttempt {
  succeeded(): Promise<void>;
}

/** Slows down who guesses: so many requests a minute from one address, and growing delays after failures of one account, from one address first and from all of them far later. */
export class LoginThrottle {
  private readonly settings: ReturnType<typeof resolveLoginThrottleOptions>;

  constructor(
    private readonly store: ThrottleStore,
    options: LoginThrottleOptions = {},
  ) {
    this.settings = resolveLoginThrottleOptions(options);
  }

  /** Rejects with `RATE_EXCEEDED` where the address has made too many requests of the kind. */
  async take(what: Limited, address: string): Promise<void> {
    const wait = await this.store.take(`${what}|${addressKey(address)}`, this.settings[what], MINUTE_MS);
    if (wait > 0) throw new RateExceededError(wait);
  }

  /** Counts an attempt to sign in. Rejects with `LOGIN_DELAYED` where one has to wait; whether there is such an account makes no difference. */
  async attempt(account: string, address: string): Promise<CountedAttempt> {
    const { firstDelay, longestDelay, freePerAddress, freePerAccount, longestAccountDelay, forget, trust } = this.settings;
    const attempt: Attempt = {
      pair: `pair|${addressKey(address)}|${account}`,
      account: `account|${account}`,
      pairPolicy: { free: freePerAddress, first: firstDelay, longest: longestDelay },
      accountPolicy: { free: freePerAccount, first: firstDelay, longest: longestAccountDelay },
      forget,
    };
    const wait = await this.store.attempt(attempt);
    if (wait > 0) throw new LoginDelayedError(wait);
    return { succeeded: () => this.store.succeeded(attempt, trust) };
  }
}
