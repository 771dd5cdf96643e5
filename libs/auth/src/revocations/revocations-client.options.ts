import { type Clock, type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';
import { isHttpUrl } from '@minos/common/http';
import type { AuthLog } from '../contracts/auth-log.js';
import type { ServiceCredential } from '../contracts/service-credentials.js';

export interface RevocationTimes {
  /** How long the stream may say nothing before it counts as broken; the server says something every 10 s. @default '15s' */
  readonly silence?: Duration;
  /** How long opening the stream may take. @default '3s' */
  readonly timeout?: Duration;
  /** Longest pause before the next try. @default '1s' */
  readonly retry?: Duration;
}

export interface RevocationsClientOptions extends RevocationTimes {
  /** Address of the stream, http or https. */
  readonly url: string;
  readonly credential: ServiceCredential;
  /** No token is good for longer than this: what was taken back is forgotten then. @default '5m' */
  readonly longestLife?: Duration;
  /** Subjects that are kept apart at the most. @default 100000 */
  readonly size?: number;
  readonly clock?: Clock;
  /** @default nobody is told */
  readonly log?: AuthLog;
}

export const REVOCATION_TIMES = {
  silence: option.duration({ min: 100 }).default('15s'),
  timeout: option.duration({ min: 10, max: 60_000 }).default('3s'),
  retry: option.duration({ min: 10, max: 60_000 }).default('1s'),
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  ...REVOCATION_TIMES,
  url: option.custom<string>('an http or https address without a credential in it', isHttpUrl),
  credential: option.custom<ServiceCredential>('{ service, secret }', isObject).secret(),
  longestLife: option.duration({ min: 1_000 }).default('5m'),
  size: option.integer({ min: 1 }).default(100_000),
  clock: option.custom<Clock>('a clock', isObject).optional(),
  log: option.custom<AuthLog>('a log', isObject).optional(),
};

/** Durations in milliseconds. */
export type ResolvedRevocationsOptions = ResolvedOptions<typeof FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveRevocationsOptions(given: RevocationsClientOptions): ResolvedRevocationsOptions {
  return validateOptions('RevocationsClient', FIELDS, given);
}
