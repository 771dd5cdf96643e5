import { type Clock, isMinosError, type Principal } from '@minos/common';
import type { KeySource } from '../../contracts/keys.js';
import type { RevocationCheck } from '../../contracts/revocations.js';
import { JwtVerifier } from '../../verification/jwt-verifier.js';
import { CallerUnknownError } from './token.errors.js';

/** Who calls, by a token. */
export interface Caller {
  readonly subject: string;
  /** The session of the token, where it names one. */
  readonly session?: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  /** Epoch seconds: when the access token was issued, also where the gateway made another one in its place. */
  readonly issuedAt?: number;
}

export interface OwnTokensPorts {
  readonly keys: KeySource;
  readonly revocations: RevocationCheck;
  readonly clock: Clock;
}

export interface OwnTokensSettings {
  /** Audience of access tokens; one of them is enough. */
  readonly audience: readonly string[];
  /** Durable name of this service: the audience of tokens that the gateway makes for it. */
  readonly service: string;
}

/** Verifies tokens that come back to the server: its own access tokens, and those that the gateway made for it. Both are refused once they are taken back. */
export class OwnTokens {
  private readonly all: JwtVerifier;
  /** Takes what minters made for this service, and nothing that a client can have. */
  private readonly minted: JwtVerifier;

  constructor({ keys, revocations, clock }: OwnTokensPorts, { audience: [audience], service }: OwnTokensSettings) {
    const accessTokens = audience === undefined ? {} : { accessTokens: { audience } };
    this.all = new JwtVerifier({ keys, revocations, clock, service, ...accessTokens });
    this.minted = new JwtVerifier({ keys, clock, service });
  }

  /** `undefined` is a caller of whom the gateway knows nothing. Rejects with `CALLER_UNKNOWN` where the token is not good, with another error where the keys cannot be had. */
  async verify(token: string): Promise<Caller | undefined> {
    try {
      const principal = await this.all.verifyCaller(token);
      return principal && callerOf(principal);
    } catch (error) {
      if (isMinosError(error, 'PRINCIPAL_REFUSED')) throw new CallerUnknownError(error);
      throw error;
    }
  }

  /** Whether a service that mints made the token for this one, for a caller or for nobody: then what came with it came through that service. Rejects where the keys cannot be had. */
  async isMinted(token: string): Promise<boolean> {
    try {
      await this.minted.verifyCaller(token);
      return true;
    } catch (error) {
      if (isMinosError(error, 'PRINCIPAL_REFUSED')) return false;
      throw error;
    }
  }
}

function callerOf({ subject, session, tenant, roles, actedAt }: Principal): Caller {
  const issuedAt = Math.floor(Date.parse(actedAt) / 1000);
  return { subject, ...(session === undefined ? {} : { session }), tenant, roles, issuedAt };
}
