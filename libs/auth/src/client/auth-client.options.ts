import { type Clock, option, type ResolvedOptions, validateOptions } from '@minos/common';
import { isHttpUrl } from '@minos/common/http';
import type { AuthLog } from '../contracts/auth-log.js';
import { KEY_SET_TIMES, type KeySetTimes } from '../keys/key-set-client.options.js';
import { MINTER_TIMES, type MinterTimes } from '../minting/minter.options.js';
import { REVOCATION_TIMES, type RevocationTimes } from '../revocations/revocations-client.options.js';
import { type JwtVerifierOptions, VERIFICATION_FIELDS } from '../verification/verifier.options.js';

/** How a service speaks with the auth service, and which tokens it takes. */
export interface AuthClientOptions extends Pick<
  JwtVerifierOptions,
  'accessTokens' | 'tolerance' | 'expiryTolerance' | 'longestAccessLife' | 'tokenSize' | 'cacheSize'
> {
  /** Address of the auth service, http or https. */
  readonly url: string;
  /** Durable name of this service. */
  readonly service: string;
  /** What it proves its name with, at least 32 characters. @default without it nothing is known of what is taken back, and nothing can be minted */
  readonly secret?: string;
  /** Whether messages are signed with a key of this process that the auth service publishes, so that nobody needs `MINOS_SIGNING_KEYS`; needs `secret`. @default false */
  readonly messages?: boolean;
  readonly keySet?: KeySetTimes;
  readonly revocations?: RevocationTimes;
  readonly minter?: MinterTimes;
  readonly clock?: Clock;
  /** @default nobody is told */
  readonly log?: AuthLog;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

export const AUTH_CLIENT_FIELDS = {
  ...VERIFICATION_FIELDS,
  secret: option
    .custom<string>('text of 32 characters at least', (value) => typeof value === 'string' && value.length >= 32)
    .secret()
    .optional(),
  messages: option.boolean().default(false),
  keySet: KEY_SET_TIMES,
  revocations: REVOCATION_TIMES,
  minter: MINTER_TIMES,
  clock: option.custom<Clock>('a clock', isObject).optional(),
  log: option.custom<AuthLog>('a log', isObject).optional(),
};

const FIELDS = {
  ...AUTH_CLIENT_FIELDS,
  url: option.custom<string>('an http or https address without a credential in it', isHttpUrl),
  service: option.string(),
};

/** Durations in milliseconds. */
export type ResolvedAuthClientOptions = ResolvedOptions<typeof FIELDS>;

/** Fills in the defaults; throws `OPTIONS_INVALID` with all faults at once. */
export function resolveAuthClientOptions(given: AuthClientOptions): ResolvedAuthClientOptions {
  return validateOptions('AuthClient', FIELDS, given);
}
