import { type Clock, type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';
import { isHttpUrl } from '@minos/common/http';
import type { AuthLog } from '../contracts/auth-log.js';

export interface KeySetTimes {
  /** How often the keys are looked at again while nothing asks for it. @default '1m' */
  readonly refresh?: Duration;
  /** Least time from one fetch to the next, whatever is asked for. @default '1s' */
  readonly cooldown?: Duration;
  /** How long one fetch may take. @default '3s' */
  readonly timeout?: Duration;
  /** How long known keys stay good while the source is away. @default '1h' */
  readonly stale?: Duration;
}

export interface KeySetClientOptions extends KeySetTimes {
  /** Address of the key set, http or https. */
  readonly url: string;
  /** Bytes of the key set at the most. @default 262144 */
  readonly size?: number;
  /** Calls that may wait for a fetch at one time; more are turned away with a retryable error. @default 1000 */
  readonly waiting?: number;
  readonly clock?: Clock;
  /** @default nobody is told */
  readonly log?: AuthLog;
}

export const KEY_SET_TIMES = {
  refresh: option.duration({ min: 100 }).default('1m'),
  cooldown: option.duration({ min: 10, max: 60_000 }).default('1s'),
  timeout: option.duration({ min: 10, max: 60_000 }).default('3s'),
  stale: option.duration().default('1h'),
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  ...KEY_SET_TIMES,
  url: option.custom<string>('an http or https address without a credential in it', isHttpUrl),
  size: option.integer({ min: 1_024 }).default(262_144),
  waiting: option.integer({ min: 1 }).default(1_000),
  clock: option.custom<Clock>('a clock', isObject).optional(),
  log: option.custom<AuthLog>('a log', isObject).optional(),
};

/** Durations in milliseconds. */
export type ResolvedKeySetOptions = ResolvedOptions<typeof FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveKeySetOptions(given: KeySetClientOptions): ResolvedKeySetOptions {
  return validateOptions('KeySetClient', FIELDS, given);
}
