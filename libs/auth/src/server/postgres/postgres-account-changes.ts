import type { Database, SqlExecutor } from '@minos/postgres';
import type { Account, AccountChanges, Actor, NewAccount } from '../contracts/accounts.js';
import type { AuditEntry } from '../contracts/audit-log.js';
import {
  DISABLE_ACCOUNT,
  ENABLE_ACCOUNT,
  FIND_ADMIN,
  LOCK_ADMINS,
  PROMOTE_ACCOUNT,
  REHASH_PASSWORD,
  SET_PASSWORD,
  SET_ROLES,
  WITHDRAW,
} from './account-changes.sql.js';
import { FIND_ACCOUNT, FIND_ACCOUNT_BY_EMAIL, INSERT_ACCOUNT } from './account-reads.sql.js';
import { accountOf, type AccountRow, doneBy, recordAudit } from './account-rows.js';

/** A statement that answers the tenant of the account that it has changed. */
interface Change {
  readonly statement: string;
  readonly values: readonly unknown[];
  readonly entry: AuditEntry;
  /** What is taken back of what the account has given out. */
  readonly withdraw?: 'tokens' | 'sessions';
}

/** Each change is one transaction; the not-before comes last in it, so that the lock for its order is held for a moment. */
export class PostgresAccountChanges implements AccountChanges {
  constructor(private readonly database: Database) {}

  setPassword(change: { id: string; passwordVersion: number; passwordHash: string }, actor: Actor): Promise<boolean> {
    const { id, passwordVersion, passwordHash } = change;
    return this.change({
      statement: SET_PASSWORD,
      values: [id, passwordVersion, passwordHash],
      entry: { event: 'password.changed', subject: id, ...doneBy(actor) },
      withdraw: 'sessions',
    });
  }

  async rehash(id: string, from: string, to: string): Promise<void> {
    await this.database.query(REHASH_PASSWORD, [id, from, to]);
  }

  async setDisabled(id: string, disabled: boolean, actor: Actor): Promise<Account | undefined> {
    await this.change({
      statement: disabled ? DISABLE_ACCOUNT : ENABLE_ACCOUNT,
      values: [id],
      entry: { event: disabled ? 'account.disabled' : 'account.enabled', subject: id, ...doneBy(actor) },
      ...(disabled ? { withdraw: 'sessions' } : {}),
    });
    return find(this.database, id);
  }

  async setRoles(id: string, roles: readonly string[], actor: Actor): Promise<Account | undefined> {
    await this.change({
      statement: SET_ROLES,
      values: [id, roles],
      entry: { event: 'roles.changed', subject: id, ...doneBy(actor), details: { roles } },
      withdraw: 'tokens',
    });
    return find(this.database, id);
  }

  firstAdmin(account: NewAccount, actor: Actor): Promise<{ account: Account; created: boolean } | undefined> {
    return this.database.transaction(async (sql) => {
      await sql.query(LOCK_ADMINS);
      const { id, tenant, email, passwordHash, roles } = account;
      if ((await sql.query(FIND_ADMIN, [tenant])).rowCount > 0) return undefined;
      const inserted = (await sql.query<AccountRow>(INSERT_ACCOUNT, [id, tenant, email, passwordHash, roles])).rows[0];
      const adminId = inserted?.id ?? (await promote(sql, account));
      await recordAudit(sql, tenant, { event: 'admin.created', subject: adminId, ...doneBy(actor) });
      if (inserted === undefined) await sql.query(WITHDRAW, [adminId, true]);
      return { account: (await find(sql, adminId)) as Account, created: inserted !== undefined };
    });
  }

  private change({ statement, values, entry, withdraw }: Change): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const { rows } = await sql.query<{ tenant: string }>(statement, values);
      if (rows[0] === undefined) return false;
      await recordAudit(sql, rows[0].tenant, entry);
      if (withdraw !== undefined) await sql.query(WITHDRAW, [entry.subject, withdraw === 'sessions']);
      return true;
    });
  }
}

async function promote(sql: SqlExecutor, { tenant, email, passwordHash }: NewAccount): Promise<string> {
  const found = (await sql.query<AccountRow>(FIND_ACCOUNT_BY_EMAIL, [tenant, email])).rows[0] as AccountRow;
  await sql.query(PROMOTE_ACCOUNT, [found.id, passwordHash]);
  return found.id;
}

async function find(sql: SqlExecutor, id: string): Promise<Account | undefined> {
  const { rows } = await sql.query<AccountRow>(FIND_ACCOUNT, [id]);
  return rows[0] === undefined ? undefined : accountOf(rows[0]);
}
