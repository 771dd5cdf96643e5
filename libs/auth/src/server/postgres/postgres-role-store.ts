import type { Database } from '@minos/postgres';
import type { Actor, RoleStore } from '../contracts/accounts.js';
import { PUT_ROLE } from './account-changes.sql.js';
import { READ_ROLE } from './account-reads.sql.js';
import { doneBy, recordAudit } from './account-rows.js';

/** Roles in `minos.auth_roles`. */
export class PostgresRoleStore implements RoleStore {
  constructor(private readonly database: Database) {}

  async permissions(tenant: string, role: string): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ permissions: string[] }>(READ_ROLE, [tenant, role]);
    return rows[0]?.permissions ?? [];
  }

  async setPermissions(tenant: string, role: string, permissions: readonly string[], actor: Actor): Promise<void> {
    await this.database.transaction(async (sql) => {
      await sql.query(PUT_ROLE, [tenant, role, permissions]);
      await recordAudit(sql, tenant, { event: 'role.permissions-changed', subject: role, ...doneBy(actor), details: { permissions } });
    });
  }
}
