import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { SigningKeys } from '../keys/signing-keys.js';

export interface TokenIssuerSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Milliseconds. */
  readonly tokenLife: number;
}

export interface TokenClaims {
  readonly subject: string;
  readonly session?: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** Epoch seconds. */
  readonly issuedAt: number;
}

/** Signs access tokens: JWT of the type `at+jwt` (RFC 9068). */
export class TokenIssuer {
  constructor(
    private readonly keys: SigningKeys,
    private readonly settings: TokenIssuerSettings,
  ) {}

  /** Seconds that a token lives. */
  get expiresIn(): number {
    return Math.floor(this.settings.tokenLife / 1000);
  }

  async sign({ subject, session, tenant, roles, permissions, issuedAt }: TokenClaims): Promise<string> {
    const { kid, alg, privateKey } = await this.keys.current();
    return new SignJWT({ ...(session === undefined ? {} : { sid: session }), roles: [...roles], permissions: [...permissions], tenant })
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .setIssuer(this.settings.issuer)
      .setAudience([...this.settings.audience])
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + this.expiresIn)
      .sign(privateKey);
  }
}
