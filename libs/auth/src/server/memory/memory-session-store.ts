import type { NewSession, RefreshOutcome, SessionGrant, SessionLife, SessionStore } from '../contracts/sessions.js';
import type { Revocation, RevocationLog } from '../contracts/revocations.js';
import type { MemoryAccount, MemoryAuthState, MemorySession } from './memory-auth-state.js';

export class MemorySessionStore implements SessionStore {
  constructor(private readonly state: MemoryAuthState) {}

  async open(session: NewSession, life: SessionLife): Promise<SessionGrant | undefined> {
    const { state } = this;
    const { sessionId, accountId, passwordVersion, tokenHash } = session;
    const account = state.accounts.get(accountId);
    if (account === undefined || account.disabled || account.passwordVersion !== (passwordVersion ?? account.passwordVersion))
      return undefined;
    const now = state.clock.now();
    state.sessions.set(sessionId, { id: sessionId, accountId, expiresAt: now + life.absolute, idleUntil: now + life.idle });
    state.tokens.set(tokenHash.toString('hex'), { sessionId, used: false });
    return state.grant(sessionId, account);
  }

  async refresh(tokenHash: Buffer, nextHash: Buffer, idle: number): Promise<RefreshOutcome> {
    const { state } = this;
    const token = state.tokens.get(tokenHash.toString('hex'));
    if (token === undefined) return { outcome: 'unknown' };
    const session = state.sessions.get(token.sessionId);
    if (!state.isLive(session)) return { outcome: 'over' };
    if (token.used) {
      this.endReused(session);
      return { outcome: 'reused' };
    }
    token.used = true;
    state.tokens.set(nextHash.toString('hex'), { sessionId: session.id, used: false });
    session.idleUntil = state.clock.now() + idle;
    return { outcome: 'granted', grant: state.grant(session.id, state.accounts.get(session.accountId) as MemoryAccount) };
  }

  async end(sessionId: string): Promise<boolean> {
    const { state } = this;
    const session = state.sessions.get(sessionId);
    if (session === undefined || session.endedAt !== undefined) return false;
    session.endedAt = state.clock.now();
    state.record({ event: 'session.ended', subject: session.accountId, actor: session.accountId, details: { session: sessionId } });
    state.revoke(session.accountId, sessionId);
    return true;
  }

  async ofToken(tokenHash: Buffer): Promise<string | undefined> {
    return this.state.tokens.get(tokenHash.toString('hex'))?.sessionId;
  }

  async isLive(sessionId: string, issuedAt = Infinity): Promise<boolean> {
    const session = this.state.sessions.get(sessionId);
    return this.state.isLive(session) && issuedAt > (this.state.accounts.get(session.accountId)?.notBefore ?? 0);
  }

  async purge(keep: number, limit: number): Promise<number> {
    const { sessions, tokens, clock } = this.state;
    const limitAt = clock.now() - keep;
    const over = [...sessions.values()].filter((one) => Math.min(one.expiresAt, one.idleUntil, one.endedAt ?? Infinity) < limitAt);
    const gone = over.slice(0, limit);
    for (const { id } of gone) {
      sessions.delete(id);
      for (const [hash, token] of tokens) if (token.sessionId === id) tokens.delete(hash);
    }
    return gone.length;
  }

  private endReused({ id, accountId }: MemorySession): void {
    const { state } = this;
    (state.sessions.get(id) as MemorySession).endedAt = state.clock.now();
    state.record({ event: 'session.token-reused', subject: accountId, actor: '', details: { session: id } });
    state.revoke(accountId, id);
  }
}

export class MemoryRevocationLog implements RevocationLog {
  constructor(private readonly state: MemoryAuthState) {}

  async since(after: bigint, limit: number): Promise<readonly Revocation[]> {
    const rows = this.state.revocations.filter(({ id }) => id > after).slice(0, limit);
    return rows.map(({ at: _, ...revocation }) => revocation);
  }

  async newest(): Promise<bigint> {
    return this.state.newestRevocation();
  }

  async purge(keep: number): Promise<number> {
    const { revocations, clock } = this.state;
    const old = revocations.slice(0, -1).filter(({ at }) => at < clock.now() - keep).length;
    revocations.splice(0, old);
    return old;
  }
}
