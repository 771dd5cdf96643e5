import type { Database } from '../database/database.js';
import type { MigrationSet } from './migration.js';
import { planMigrations, type MigrationPlan } from './migration-plan.js';
import { CREATE_MIGRATIONS_TABLE, CREATE_SCHEMA } from './migrations.sql.js';
import { readApplied } from './read-applied.js';

/** What the database has and lacks of the given sets. Changes nothing; throws as {@link migrate} does where code and database do not fit. */
export async function status(database: Database, sets: readonly MigrationSet[]): Promise<MigrationPlan> {
  return planMigrations(sets, await readApplied(database));
}

/**
 * The sets as one SQL script that brings an empty database to the same state as {@link migrate}, for review or to be run by hand with psql.
 * With a plan (from {@link status}) only what is pending.
 */
export function migrationSql(sets: readonly MigrationSet[], plan: MigrationPlan = planMigrations(sets, [])): string {
  const head = ['-- Schema of the Minos packages', `${CREATE_SCHEMA};`, `${CREATE_MIGRATIONS_TABLE};`];
  const parts = plan.pending.map((migration) => {
    const record = `insert into minos.migrations (package, id, checksum) values (${[migration.package, migration.id, migration.checksum].map(literal).join(', ')})`;
    const statements = [...migration.statements, record].map((statement) => `${statement.trim().replace(/;$/, '')};`);
    return [`-- ${migration.package} ${migration.id}`, 'begin;', ...statements, 'commit;'].join('\n');
  });
  return `${[head.join('\n'), ...parts].join('\n\n')}\n`;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
