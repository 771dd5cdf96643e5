import type { SessionStore } from '../contracts/sessions.js';
import type { AuthStatistics } from '../statistics/auth-statistics.js';
import type { LoginThrottle } from '../throttle/login-throttle.js';
import type { Caller } from '../tokens/own-tokens.js';
import { CallerUnknownError } from '../tokens/token.errors.js';
import { newRefreshToken, refreshTokenHash } from './refresh-token.js';
import { RefreshRefusedError, SessionUnknownError } from './session.errors.js';
import type { SessionOpener, TokenPair } from './session-opener.js';

export interface SessionsPorts {
  readonly store: SessionStore;
  readonly opener: SessionOpener;
  readonly throttle: LoginThrottle;
  readonly statistics: AuthStatistics;
}

/** What goes on in a session, and its end. */
export class Sessions {
  constructor(private readonly ports: SessionsPorts) {}

  /**
   * The next pair of tokens. A refresh token is good for one use: one that comes again means that two have it, so its session ends. There is no time of grace, so a client
   * asks once at a time. Rejects with `REFRESH_REFUSED`, `RATE_EXCEEDED`.
   */
  async refresh(given: unknown, address: string): Promise<TokenPair> {
    const { store, opener, throttle, statistics } = this.ports;
    const hash = refreshTokenHash(given);
    await throttle.take('refreshes', address);
    const next = newRefreshToken();
    const result = hash === undefined ? undefined : await store.refresh(hash, refreshTokenHash(next) as Buffer, opener.life.idle);
    statistics.count('refreshes', result?.outcome ?? 'unknown');
    if (result?.outcome !== 'granted') throw new RefreshRefusedError();
    return opener.pair(result.grant, next);
  }

  /**
   * Ends the session of the refresh token, else that of the caller's token. Idempotent. Counts as a refresh. Rejects with `SESSION_UNKNOWN` where neither names one, with `CALLER_UNKNOWN` where both are missing, with
   * `RATE_EXCEEDED`.
   */
  async logout(refreshToken: unknown, caller: Pick<Caller, 'session'> | undefined, address: string): Promise<void> {
    await this.ports.throttle.take('refreshes', address);
    const hash = refreshTokenHash(refreshToken);
    const session = hash === undefined ? caller?.session : await this.ports.store.ofToken(hash);
    if (session !== undefined) await this.ports.store.end(session);
    else if (hash === undefined && caller === undefined) throw new CallerUnknownError();
    else if (hash === undefined) throw new SessionUnknownError();
  }
}
