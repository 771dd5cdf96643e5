import { randomUUID } from 'node:crypto';
import type { SessionGrant, SessionLife, SessionStore } from '../contracts/sessions.js';
import type { TokenIssuer } from '../tokens/token-issuer.js';
import { newRefreshToken, refreshTokenHash } from './refresh-token.js';

/** What a client gets for signing in. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token lives. */
  readonly expiresIn: number;
}

export interface SignedIn {
  readonly accountId: string;
  readonly passwordVersion?: number;
  /** `password`, or `oidc:<provider>`. */
  readonly method: string;
  readonly address: string;
}

/** Opens sessions and makes their pairs of tokens. */
export class SessionOpener {
  constructor(
    private readonly sessions: SessionStore,
    private readonly issuer: TokenIssuer,
    readonly life: SessionLife,
  ) {}

  /** `undefined` where the account may not sign in. */
  async open(signedIn: SignedIn): Promise<TokenPair | undefined> {
    const refreshToken = newRefreshToken();
    const tokenHash = refreshTokenHash(refreshToken) as Buffer;
    const grant = await this.sessions.open({ ...signedIn, sessionId: randomUUID(), tokenHash }, this.life);
    return grant && this.pair(grant, refreshToken);
  }

  async pair({ accountId, sessionId, ...claims }: SessionGrant, refreshToken: string): Promise<TokenPair> {
    const accessToken = await this.issuer.sign({ ...claims, subject: accountId, session: sessionId });
    return { accessToken, refreshToken, expiresIn: this.issuer.expiresIn };
  }
}
