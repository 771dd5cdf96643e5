import { type Duration, option, validateOptions } from '@minos/common';

export interface LoginThrottleOptions {
  /** Logins, changes of passwords and tokens for services in a minute from one address. @default 300 */
  readonly logins?: number;
  /** Registrations in a minute from one address. @default 120 */
  readonly registrations?: number;
  /** Refreshes and logouts in a minute from one address. @default 3000 */
  readonly refreshes?: number;
  /** Failures that cost nothing, of one account from one address. @default 5 */
  readonly freePerAddress?: number;
  /** The first delay after them, which doubles with each failure. @default '1s' */
  readonly firstDelay?: Duration;
  /** The longest of these delays. @default '15m' */
  readonly longestDelay?: Duration;
  /** Failures that cost nothing, of one account from all addresses. @default 50 */
  readonly freePerAccount?: number;
  /** The longest delay for an account from addresses that never signed in to it: all that an attacker can do to its owner elsewhere. @default '30s' */
  readonly longestAccountDelay?: Duration;
  /** Failures are forgotten after so long without one. @default '1h' */
  readonly forget?: Duration;
  /** For how long an address that has signed in to an account is spared the delay of the account. @default '30d' */
  readonly trust?: Duration;
}

const FIELDS = {
  logins: option.integer({ min: 1 }).default(300),
  registrations: option.integer({ min: 1 }).default(120),
  refreshes: option.integer({ min: 1 }).default(3_000),
  freePerAddress: option.integer({ min: 1 }).default(5),
  firstDelay: option.duration({ min: 1 }).default('1s'),
  longestDelay: option.duration({ min: 1, max: 3_600_000 }).default('15m'),
  freePerAccount: option.integer({ min: 1 }).default(50),
  longestAccountDelay: option.duration({ min: 1, max: 300_000 }).default('30s'),
  forget: option.duration({ min: 1 }).default('1h'),
  trust: option.duration().default('30d'),
};

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveLoginThrottleOptions(options: LoginThrottleOptions) {
  return validateOptions('LoginThrottle', FIELDS, options);
}
