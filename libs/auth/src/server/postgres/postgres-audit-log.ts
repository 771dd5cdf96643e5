import type { Database } from '@minos/postgres';
import type { AuditEntry, AuditEvent, AuditLog, StoredAuditEntry } from '../contracts/audit-log.js';
import { LIST_AUDIT, PURGE_AUDIT } from './account-changes.sql.js';
import { recordAudit } from './account-rows.js';

interface AuditRow {
  readonly id: bigint;
  readonly at: number;
  readonly event: AuditEvent;
  readonly subject: string;
  readonly actor: string;
  readonly address: string | null;
  readonly details: Record<string, unknown> | null;
}

/** The audit log in `minos.auth_audit`. */
export class PostgresAuditLog implements AuditLog {
  constructor(private readonly database: Database) {}

  record(entry: AuditEntry): Promise<void> {
    return recordAudit(this.database, '', entry);
  }

  async list(limit: number, before?: bigint): Promise<readonly StoredAuditEntry[]> {
    const { rows } = await this.database.query<AuditRow>(LIST_AUDIT, [limit, before ?? null]);
    return rows.map(({ address, details, at, ...row }) => ({
      ...row,
      at: Math.floor(at),
      ...(address === null ? {} : { address }),
      ...(details === null ? {} : { details }),
    }));
  }

  async purge(keep: number, limit: number): Promise<number> {
    return (await this.database.query(PURGE_AUDIT, [keep, limit])).rowCount;
  }
}
