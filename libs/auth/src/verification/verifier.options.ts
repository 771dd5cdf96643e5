import { type Clock, type Duration, option, type ResolvedOptions, validateOptions } from '@minos/common';
import type { KeySource } from '../contracts/keys.js';
import type { RevocationCheck } from '../contracts/revocations.js';

export interface JwtVerifierOptions {
  readonly keys: KeySource;
  /** Durable name of this service: its service tokens are taken. @default service tokens are refused */
  readonly service?: string;
  /** Clients' own tokens with this audience are taken too: what the gateway does. @default access tokens are refused */
  readonly accessTokens?: { readonly audience: string };
  /** @default nothing is taken back */
  readonly revocations?: RevocationCheck;
  readonly clock?: Clock;
  /** How far the clocks of issuer and service may differ, for `nbf` and `iat`. @default '5s' */
  readonly tolerance?: Duration;
  /** How long a token is taken after its `exp`. @default 0 */
  readonly expiryTolerance?: Duration;
  /** How long an access token may be good at the most, whatever it says. @default '5m' */
  readonly longestAccessLife?: Duration;
  /** Bytes of a token at the most. @default 8192 */
  readonly tokenSize?: number;
  /** Verified tokens that are remembered, at least. @default 5000 */
  readonly cacheSize?: number;
}

const isAudience = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { audience?: unknown }).audience === 'string' &&
  (value as { audience: string }).audience !== '';

/** Those of {@link JwtVerifierOptions} that are numbers and durations; also options of what makes a verifier. */
export const VERIFICATION_FIELDS = {
  accessTokens: option.custom<{ readonly audience: string }>("{ audience: 'name' }", isAudience).optional(),
  tolerance: option.duration({ max: 60_000 }).default('5s'),
  expiryTolerance: option.duration({ max: 60_000 }).default(0),
  longestAccessLife: option.duration({ min: 1_000, max: 3_600_000 }).default('5m'),
  tokenSize: option.integer({ min: 256, max: 65_536 }).default(8_192),
  cacheSize: option.integer({ min: 1 }).default(5_000),
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const FIELDS = {
  ...VERIFICATION_FIELDS,
  keys: option.custom<KeySource>('a source of keys', isObject),
  service: option.string().optional(),
  revocations: option.custom<RevocationCheck>('what was taken back', isObject).optional(),
  clock: option.custom<Clock>('a clock', isObject).optional(),
};

export type ResolvedVerifierOptions = ResolvedOptions<typeof FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveVerifierOptions(given: JwtVerifierOptions): ResolvedVerifierOptions {
  return validateOptions('JwtVerifier', FIELDS, given);
}
