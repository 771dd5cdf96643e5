import { type Clock, type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';
import { isHttpUrl } from '@minos/common/http';
import type { AuthLog } from '../contracts/auth-log.js';
import type { ServiceCredential } from '../contracts/service-credentials.js';

export interface MinterTimes {
  /** How long a token is good. @default '60s' */
  readonly life?: Duration;
  /** How long a key is asked to be published; renewed when half of it is over. @default '1h' */
  readonly keyLife?: Duration;
  /** How old a key gets before a new one takes its place. @default '1d' */
  readonly keyAge?: Duration;
}

export interface ServiceTokenMinterOptions extends MinterTimes {
  /** Address where keys are registered, http or https. */
  readonly url: string;
  /** Of the minting service; its name is the issuer of the tokens. */
  readonly credential: ServiceCredential;
  /** How long one registration may take. @default '3s' */
  readonly timeout?: Duration;
  /** Longest pause before the next try. @default '5s' */
  readonly retry?: Duration;
  /** Tokens that are remembered, at least. @default 5000 */
  readonly cacheSize?: number;
  readonly clock?: Clock;
  /** @default nobody is told */
  readonly log?: AuthLog;
}

export const MINTER_TIMES = {
  life: option.duration({ min: 5_000, max: 60_000 }).default('60s'),
  keyLife: option.duration({ min: 120_000 }).default('1h'),
  keyAge: option.duration({ min: 120_000 }).default('1d'),
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  ...MINTER_TIMES,
  url: option.custom<string>('an http or https address without a credential in it', isHttpUrl),
  credential: option.custom<ServiceCredential>('{ service, secret }', isObject).secret(),
  timeout: option.duration({ min: 10, max: 60_000 }).default('3s'),
  retry: option.duration({ min: 10, max: 60_000 }).default('5s'),
  cacheSize: option.integer({ min: 1 }).default(5_000),
  clock: option.custom<Clock>('a clock', isObject).optional(),
  log: option.custom<AuthLog>('a log', isObject).optional(),
};

/** Durations in milliseconds. */
export type ResolvedMinterOptions = ResolvedOptions<typeof FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveMinterOptions(given: ServiceTokenMinterOptions): ResolvedMinterOptions {
  return validateOptions('RegisteredKeyMinter', FIELDS, given);
}
