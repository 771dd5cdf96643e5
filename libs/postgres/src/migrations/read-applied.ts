import type { SqlExecutor } from '../contracts/executor.js';
import type { AppliedMigration } from './migration-plan.js';
import { FIND_SCHEMA, READ_MIGRATIONS } from './migrations.sql.js';

/** Which parts of the bookkeeping exist. */
export async function findSchema(sql: SqlExecutor): Promise<{ schema: boolean; migrations: boolean }> {
  const { rows } = await sql.query<{ schema: boolean; migrations: boolean }>(FIND_SCHEMA);
  return rows[0] ?? { schema: false, migrations: false };
}

/** The migrations that the database has; none where the table does not exist. */
export async function readApplied(sql: SqlExecutor): Promise<AppliedMigration[]> {
  if (!(await findSchema(sql)).migrations) return [];
  const { rows } = await sql.query<{ package: string; id: string; checksum: string; applied_at: Date }>(READ_MIGRATIONS);
  return rows.map((row) => ({ package: row.package, id: row.id, checksum: row.checksum, appliedAt: row.applied_at }));
}
