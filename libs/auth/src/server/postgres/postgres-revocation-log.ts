import type { Database } from '@minos/postgres';
import type { Revocation, RevocationLog } from '../contracts/revocations.js';
import { NEWEST_REVOCATION, PURGE_REVOCATIONS, READ_REVOCATIONS } from './revocations.sql.js';

interface RevocationRow {
  readonly id: bigint;
  readonly subject: string;
  readonly session: string | null;
  readonly not_before: bigint;
}

/** Revocations in `minos.auth_revocations`. */
export class PostgresRevocationLog implements RevocationLog {
  constructor(private readonly database: Database) {}

  async since(after: bigint, limit: number): Promise<readonly Revocation[]> {
    const { rows } = await this.database.query<RevocationRow>(READ_REVOCATIONS, [after, limit]);
    return rows.map(({ id, subject, session, not_before }) => ({
      id,
      subject,
      ...(session === null ? {} : { session }),
      notBefore: Number(not_before),
    }));
  }

  async newest(): Promise<bigint> {
    return (await this.database.query<{ id: bigint }>(NEWEST_REVOCATION)).rows[0]?.id ?? 0n;
  }

  async purge(keep: number): Promise<number> {
    return (await this.database.query(PURGE_REVOCATIONS, [keep])).rowCount;
  }
}
