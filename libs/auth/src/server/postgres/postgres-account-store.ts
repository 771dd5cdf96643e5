import { isUuid } from '@minos/common';
import type { Database, SqlExecutor } from '@minos/postgres';
import type { Account, AccountStore, AccountWithPassword, Actor, ExternalIdentity, NewAccount } from '../contracts/accounts.js';
import { LINK_IDENTITY, LOCK_IDENTITY } from './account-changes.sql.js';
import { FIND_ACCOUNT, FIND_ACCOUNT_BY_EMAIL, FIND_IDENTITY, INSERT_ACCOUNT, LIST_ACCOUNTS } from './account-reads.sql.js';
import { accountOf, type AccountRow, doneBy, passwordAccountOf, type PasswordRow, recordAudit } from './account-rows.js';

/** Accounts in `minos.auth_accounts`. */
export class PostgresAccountStore implements AccountStore {
  constructor(private readonly database: Database) {}

  register(account: NewAccount, actor: Actor): Promise<{ account: Account; created: boolean }> {
    return this.database.transaction(async (sql) => {
      const { id, tenant, email, passwordHash, roles } = account;
      const { rows } = await sql.query<AccountRow>(INSERT_ACCOUNT, [id, tenant, email, passwordHash, roles]);
      const created = rows[0] !== undefined;
      // The row that was in the way has committed, so it is seen by now.
      const row = rows[0] ?? (await sql.query<AccountRow>(FIND_ACCOUNT_BY_EMAIL, [tenant, email])).rows[0];
      if (row === undefined) throw new Error('The account of this e-mail address was deleted while it was registered again.');
      const event = created ? 'account.registered' : 'account.registered-again';
      await recordAudit(sql, tenant, { event, subject: row.id, ...doneBy(actor) });
      return { account: accountOf(row), created };
    });
  }

  async find(id: string): Promise<AccountWithPassword | undefined> {
    if (!isUuid(id)) return undefined;
    const { rows } = await this.database.query<PasswordRow>(FIND_ACCOUNT, [id]);
    return rows[0] === undefined ? undefined : passwordAccountOf(rows[0]);
  }

  async findByEmail(tenant: string, email: string): Promise<AccountWithPassword | undefined> {
    const { rows } = await this.database.query<PasswordRow>(FIND_ACCOUNT_BY_EMAIL, [tenant, email]);
    return rows[0] === undefined ? undefined : passwordAccountOf(rows[0]);
  }

  async list(limit: number, after?: string): Promise<readonly Account[]> {
    const { rows } = await this.database.query<AccountRow>(LIST_ACCOUNTS, [limit, after ?? null]);
    return rows.map(accountOf);
  }

  async ofIdentity(identity: ExternalIdentity, newId: string): Promise<Account> {
    const { tenant, issuer, subject } = identity;
    const known = await findIdentity(this.database, identity);
    if (known !== undefined) return known;
    return this.database.transaction(async (sql) => {
      await sql.query(LOCK_IDENTITY, [JSON.stringify([tenant, issuer, subject])]);
      const found = await findIdentity(sql, identity);
      if (found !== undefined) return found;
      const { rows } = await sql.query<AccountRow>(INSERT_ACCOUNT, [newId, tenant, null, null, identity.roles]);
      await sql.query(LINK_IDENTITY, [tenant, issuer, subject, newId]);
      await recordAudit(sql, tenant, { event: 'account.registered', subject: newId, actor: newId, details: { issuer } });
      return accountOf(rows[0] as AccountRow);
    });
  }
}

async function findIdentity(sql: SqlExecutor, { tenant, issuer, subject }: ExternalIdentity): Promise<Account | undefined> {
  const { rows } = await sql.query<AccountRow>(FIND_IDENTITY, [tenant, issuer, subject]);
  return rows[0] === undefined ? undefined : accountOf(rows[0]);
}
