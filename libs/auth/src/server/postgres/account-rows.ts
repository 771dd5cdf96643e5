import type { SqlExecutor } from '@minos/postgres';
import type { Account, AccountWithPassword, Actor } from '../contracts/accounts.js';
import type { AuditEntry } from '../contracts/audit-log.js';
import { INSERT_AUDIT } from './account-changes.sql.js';

export interface AccountRow {
  readonly id: string;
  readonly tenant: string;
  readonly email: string | null;
  readonly roles: string[];
  readonly disabled: boolean;
  readonly created_at: number;
}

export interface PasswordRow extends AccountRow {
  readonly password_hash: string | null;
  readonly password_version: number;
}

export function accountOf(row: AccountRow): Account {
  const { id, tenant, email, roles, disabled } = row;
  return { id, tenant, email, roles, disabled, createdAt: Math.floor(row.created_at) };
}

export function passwordAccountOf(row: PasswordRow): AccountWithPassword {
  return { ...accountOf(row), passwordHash: row.password_hash, passwordVersion: row.password_version };
}

/** A row of the audit log, in the transaction of `sql`. */
export async function recordAudit(sql: SqlExecutor, tenant: string, entry: AuditEntry): Promise<void> {
  const { event, subject, actor, address, details } = entry;
  await sql.query(INSERT_AUDIT, [tenant, event, subject, actor, address ?? null, details === undefined ? null : JSON.stringify(details)]);
}

/** Who did it, as columns of the audit log. */
export function doneBy({ subject, address }: Actor): Pick<AuditEntry, 'actor' | 'address'> {
  return { actor: subject, ...(address === undefined ? {} : { address }) };
}
