import type { Database } from '../database/database.js';
import type { DatabaseConnection } from '../database/database-connection.js';
import { runTransaction } from '../database/transaction-executor.js';
import type { MigrationName, MigrationSet } from './migration.js';
import { nameOf, planMigrations, type PendingMigration } from './migration-plan.js';
import { MigrationFailedError } from './migrations.errors.js';
import { CREATE_MIGRATIONS_TABLE, CREATE_SCHEMA, MIGRATION_LOCK, RECORD_MIGRATION, TAKE_MIGRATION_LOCK } from './migrations.sql.js';
import { findSchema, readApplied } from './read-applied.js';

export interface MigrateOptions {
  /** Called after each migration that was applied. */
  readonly onApplied?: (migration: MigrationName) => void;
}

/**
 * Brings the schema `minos` up to the given sets and returns what it applied, in order. Any number of processes may call it at once: one works,
 * the others wait for it and then find nothing to do. Each migration is a transaction; one that fails leaves those before it applied.
 *
 * Rejects with `MIGRATION_CHANGED`, `MIGRATION_OUT_OF_ORDER`, `MIGRATION_SET_INVALID`, `MIGRATION_FAILED`, and those of {@link Database}.
 * Needs a session of its own: through a pooler that shares connections by transaction, give it the server's own address.
 */
export async function migrate(database: Database, sets: readonly MigrationSet[], options: MigrateOptions = {}): Promise<MigrationName[]> {
  planMigrations(sets, []);
  // Waiting for the lock and building an index may take longer than any statement of the application.
  const connection = await database.connect({ statementTimeoutMs: 0 });
  try {
    await connection.query(TAKE_MIGRATION_LOCK, [MIGRATION_LOCK]);
    await createBookkeeping(connection);
    const applied: MigrationName[] = [];
    for (const migration of planMigrations(sets, await readApplied(connection)).pending) {
      await apply(connection, migration);
      const name = { package: migration.package, id: migration.id };
      applied.push(name);
      options.onApplied?.(name);
    }
    return applied;
  } finally {
    // Closing the session gives the lock back.
    connection.release(true);
  }
}

async function createBookkeeping(connection: DatabaseConnection): Promise<void> {
  const found = await findSchema(connection);
  // Asked first: a role without the right to create may still find everything in place.
  if (!found.schema) await connection.query(CREATE_SCHEMA);
  if (!found.migrations) await connection.query(CREATE_MIGRATIONS_TABLE);
}

async function apply(connection: DatabaseConnection, migration: PendingMigration): Promise<void> {
  await runTransaction(connection, async (sql) => {
    for (const [index, statement] of migration.statements.entries()) {
      try {
        await sql.query(statement);
      } catch (error) {
        throw connection.lost ? error : failed(migration, index, error);
      }
    }
    await sql.query(RECORD_MIGRATION, [migration.package, migration.id, migration.checksum]);
  });
}

function failed(migration: PendingMigration, index: number, error: unknown): MigrationFailedError {
  const reason = error instanceof Error ? error.message : String(error);
  const start = migration.statements[index]?.trim().split('\n')[0] ?? '';
  return new MigrationFailedError(
    `Migration ${nameOf(migration)} failed in statement ${index + 1} of ${migration.statements.length} (${start}): ${reason}. ` +
      'It was rolled back. The role needs the right to create in the schema minos of this database.',
    { cause: error, details: { package: migration.package, id: migration.id, statement: index + 1 } },
  );
}
