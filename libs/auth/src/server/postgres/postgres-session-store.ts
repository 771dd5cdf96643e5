import { isUuid } from '@minos/common';
import type { Database } from '@minos/postgres';
import type { NewSession, RefreshOutcome, SessionGrant, SessionLife, SessionStore } from '../contracts/sessions.js';
import { END_SESSION, OPEN_SESSION, PURGE_SESSIONS, REFRESH_SESSION, SESSION_IS_LIVE, SESSION_OF_TOKEN } from './sessions.sql.js';

interface ClaimsRow {
  readonly tenant: string;
  readonly roles: string[];
  readonly permissions: string[];
  readonly issued_at: bigint;
}

interface RefreshRow extends ClaimsRow {
  readonly outcome: RefreshOutcome['outcome'];
  readonly session_id: string;
  readonly account_id: string;
}

/** Sessions in `minos.auth_sessions`; each call is one statement. */
export class PostgresSessionStore implements SessionStore {
  constructor(private readonly database: Database) {}

  async open(session: NewSession, life: SessionLife): Promise<SessionGrant | undefined> {
    const { sessionId, accountId, passwordVersion = null, method, address = null, tokenHash } = session;
    const values = [sessionId, accountId, passwordVersion, method, address, tokenHash, life.absolute, life.idle];
    const { rows } = await this.database.query<ClaimsRow>(OPEN_SESSION, values);
    return rows[0] === undefined ? undefined : grantOf(sessionId, accountId, rows[0]);
  }

  async refresh(tokenHash: Buffer, nextHash: Buffer, idle: number): Promise<RefreshOutcome> {
    const { rows } = await this.database.query<RefreshRow>(REFRESH_SESSION, [tokenHash, nextHash, idle]);
    const row = rows[0] as RefreshRow;
    if (row.outcome !== 'granted') return { outcome: row.outcome };
    return { outcome: 'granted', grant: grantOf(row.session_id, row.account_id, row) };
  }

  async end(sessionId: string): Promise<boolean> {
    if (!isUuid(sessionId)) return false;
    const { rows } = await this.database.query<{ ended: boolean }>(END_SESSION, [sessionId]);
    return rows[0]?.ended ?? false;
  }

  async ofToken(tokenHash: Buffer): Promise<string | undefined> {
    return (await this.database.query<{ session_id: string }>(SESSION_OF_TOKEN, [tokenHash])).rows[0]?.session_id;
  }

  async isLive(sessionId: string, issuedAt?: number): Promise<boolean> {
    if (!isUuid(sessionId)) return false;
    return (await this.database.query(SESSION_IS_LIVE, [sessionId, issuedAt ?? null])).rowCount > 0;
  }

  async purge(keep: number, limit: number): Promise<number> {
    return (await this.database.query(PURGE_SESSIONS, [keep, limit])).rowCount;
  }
}

function grantOf(sessionId: string, accountId: string, { tenant, roles, permissions, issued_at }: ClaimsRow): SessionGrant {
  return { sessionId, accountId, tenant, roles, permissions, issuedAt: Number(issued_at) };
}
