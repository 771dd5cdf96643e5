import { createHash } from 'node:crypto';
import type { Migration, MigrationName, MigrationSet } from './migration.js';
import { MigrationChangedError, MigrationOutOfOrderError, MigrationSetError } from './migrations.errors.js';

/** A row of `minos.migrations`. */
export interface AppliedMigration extends MigrationName {
  readonly checksum: string;
  readonly appliedAt: Date;
}

export interface PendingMigration extends MigrationName {
  readonly statements: readonly string[];
  readonly checksum: string;
}

/** What the database has, and what it lacks. */
export interface MigrationPlan {
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly PendingMigration[];
  /** Applied, but in none of the given sets: written by a newer release, or by a package that is not installed here. */
  readonly unknown: readonly AppliedMigration[];
}

/** Of the statements only; line ends do not count, so that a checkout on Windows has the same. */
function checksumOf(migration: Migration): string {
  const text = migration.statements.map((statement) => statement.replaceAll('\r\n', '\n')).join('\n;\n');
  return createHash('sha256').update(text).digest('hex');
}

/** Compares code and database. Throws `MIGRATION_CHANGED` or `MIGRATION_OUT_OF_ORDER` where they do not fit, `MIGRATION_SET_INVALID` for the sets. */
export function planMigrations(sets: readonly MigrationSet[], rows: readonly AppliedMigration[]): MigrationPlan {
  checkSets(sets);
  const byName = new Map(rows.map((row) => [nameOf(row), row]));
  const known = sets.flatMap((set) => set.migrations.map((migration) => ({ ...migration, package: set.package })));
  for (const set of sets) checkSet(set, byName);
  const names = new Set(known.map(nameOf));
  return {
    applied: rows.filter((row) => names.has(nameOf(row))),
    pending: known
      .filter((migration) => !byName.has(nameOf(migration)))
      .map((migration) => ({ ...migration, checksum: checksumOf(migration) })),
    unknown: rows.filter((row) => !names.has(nameOf(row))),
  };
}

export const nameOf = (migration: MigrationName): string => `${migration.package} ${migration.id}`;

function checkSets(sets: readonly MigrationSet[]): void {
  const faults: string[] = [];
  const packages = new Set<string>();
  for (const set of sets) {
    if (packages.has(set.package)) faults.push(`${set.package}: given twice`);
    packages.add(set.package);
    const ids = new Set<string>();
    for (const { id, statements } of set.migrations) {
      if (ids.has(id)) faults.push(`${set.package} ${id}: two migrations have this id`);
      if (statements.length === 0) faults.push(`${set.package} ${id}: has no statements`);
      ids.add(id);
    }
  }
  if (faults.length > 0) throw new MigrationSetError(`The migrations cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
}

function checkSet(set: MigrationSet, applied: ReadonlyMap<string, AppliedMigration>): void {
  let missing: string | undefined;
  for (const migration of set.migrations) {
    const name = nameOf({ package: set.package, id: migration.id });
    const row = applied.get(name);
    if (row === undefined) {
      missing ??= name;
      continue;
    }
    if (missing !== undefined) {
      throw new MigrationOutOfOrderError(
        `Migration ${missing} was never applied, but ${name}, which stands behind it, was. New migrations go to the end of their list.`,
      );
    }
    const checksum = checksumOf(migration);
    if (row.checksum !== checksum) {
      throw new MigrationChangedError(
        `Migration ${name} was applied on ${row.appliedAt.toISOString()} with other statements (checksum ${row.checksum.slice(0, 12)}, ` +
          `now ${checksum.slice(0, 12)}). Restore its text and add a new migration instead; in development drop the database.`,
      );
    }
  }
}
