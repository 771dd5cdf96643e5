import type { Database } from '../database/database.js';
import { migrate } from './migrate.js';
import type { MigrationName, MigrationSet } from './migration.js';
import { MigrationsPendingError } from './migrations-pending.errors.js';
import { status } from './status.js';

/** `apply`: bring the schema up to date; `check`: refuse to start on an old one; `off`: somebody else sees to it. */
export type MigrationMode = 'apply' | 'check' | 'off';

/** Applies or checks the sets and says what it applied. `command` is the one that applies them, for people. Throws `MIGRATIONS_PENDING`. */
export async function prepareSchema(
  database: Database,
  mode: MigrationMode,
  sets: readonly MigrationSet[],
  command = 'minos migrate',
): Promise<readonly MigrationName[]> {
  if (mode === 'off') return [];
  if (mode === 'apply') return migrate(database, sets);
  const { pending } = await status(database, sets);
  if (pending.length > 0)
    throw new MigrationsPendingError(
      pending.map(({ package: name, id }) => ({ package: name, id })),
      command,
    );
  return [];
}
