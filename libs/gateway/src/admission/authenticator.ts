import { isMinosError, type Principal, type TokenVerifier } from '@minos/common';
import { bearerToken } from '@minos/common/http';
import { PROBLEMS, type Problem } from '../problems/problem.js';

/** Who calls; `principal` is missing where the caller said nothing of itself. */
export type Identity = { readonly principal: Principal | undefined } | { readonly refusal: Problem };

const MOST_TOKEN_LENGTH = 8_192;
const ANONYMOUS: Identity = { principal: undefined };
const REFUSED: Identity = { refusal: PROBLEMS.tokenRefused };
const UNKNOWN: Identity = { refusal: PROBLEMS.keysUnavailable };

/** Says who a request comes from. */
export interface Authenticator {
  /** Answers at once for a token that was seen before. `authorization` is the value of the header. */
  authenticate(authorization: string | undefined): Identity | Promise<Identity>;
  /** Whether somebody who was let in has been logged out or disabled since. */
  isTakenBack(principal: Principal): boolean;
}

/** By the tokens of clients. */
export class TokenAuthenticator implements Authenticator {
  constructor(private readonly verifier: TokenVerifier) {}

  authenticate(authorization: string | undefined): Identity | Promise<Identity> {
    if (authorization === undefined) return ANONYMOUS;
    const token = authorization.length > MOST_TOKEN_LENGTH ? undefined : bearerToken(authorization);
    if (token === undefined) return REFUSED;
    try {
      const principal = this.verifier.verifyToken(token);
      return isPromise(principal) ? principal.then((found) => ({ principal: found }), refusalOf) : { principal };
    } catch (error) {
      return refusalOf(error);
    }
  }

  isTakenBack(principal: Principal): boolean {
    return this.verifier.isTakenBack?.(principal) ?? false;
  }
}

/** Everybody is `dev`, with all roles: where no authentication is configured, outside production. */
export class DevAuthenticator implements Authenticator {
  private readonly identity: Identity;

  constructor(service: string) {
    this.identity = {
      principal: Object.freeze({
        subject: 'dev',
        roles: ['*'],
        tenant: '',
        actedAt: new Date().toISOString(),
        correlationId: '',
        issuer: service,
        audience: ['*'],
      }),
    };
  }

  authenticate(): Identity {
    return this.identity;
  }

  isTakenBack(): boolean {
    return false;
  }
}

function refusalOf(error: unknown): Identity {
  return isMinosError(error, 'PRINCIPAL_REFUSED') ? REFUSED : UNKNOWN;
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
