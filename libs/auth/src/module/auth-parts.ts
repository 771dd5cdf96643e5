import type { Principal } from '@minos/common';
import { AuthClient } from '../client/auth-client.js';
import type { AuthLog } from '../contracts/auth-log.js';
import { JwtVerifier } from '../verification/jwt-verifier.js';
import type { ResolvedAuthModuleOptions } from './auth-module.options.js';

/** What the guard asks. */
export interface CallerVerifier {
  /** `undefined` is an anonymous caller. Refuses as a `TokenVerifier` does. */
  verifyCaller(token: string): Principal | undefined | Promise<Principal | undefined>;
}

/** Without a verifier nobody is authenticated. */
export interface AuthParts {
  readonly verifier: JwtVerifier | undefined;
  /** What it has of the auth service; nothing where everything is local. */
  readonly client: AuthClient | undefined;
  /** Milliseconds after which every access token is over by itself. */
  readonly longestLife: number;
}

/** Makes the parts, and opens nothing. */
export function makeAuthParts(options: ResolvedAuthModuleOptions | undefined, log: AuthLog): AuthParts {
  if (options === undefined) return { verifier: undefined, client: undefined, longestLife: 0 };
  const { local, url = '', service = '', secret, accessTokens, clock, log: given = log, ...rest } = options;
  const { longestAccessLife: longestLife, tolerance, expiryTolerance, tokenSize, cacheSize, messages, keySet, revocations, minter } = rest;
  const verification = { tolerance, expiryTolerance, longestAccessLife: longestLife, tokenSize, cacheSize };
  const optional = { ...(accessTokens === undefined ? {} : { accessTokens }), ...(clock === undefined ? {} : { clock }) };
  if (local !== undefined)
    return { verifier: new JwtVerifier({ ...local, service, ...verification, ...optional }), client: undefined, longestLife };
  const client = new AuthClient({
    url,
    service,
    ...verification,
    ...optional,
    messages,
    keySet,
    revocations,
    minter,
    ...(secret === undefined ? {} : { secret }),
    log: given,
  });
  return { verifier: client.verifier, client, longestLife };
}
