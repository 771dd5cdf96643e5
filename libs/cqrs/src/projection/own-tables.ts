import type { CheckpointStore } from '@minos/event-sourcing';
import type { Database } from '@minos/postgres';
import { ProjectionDatabaseMissingError, ProjectionTableUnfitError } from '../errors/projection.errors.js';
import { tableExists, tableFilled } from '../postgres/own-table.sql.js';
import type { ProjectionDefinition } from './projection-definition.js';

export interface OwnTablesParts {
  /** Missing where the service keeps its data in memory. */
  readonly database: Database | undefined;
  readonly checkpoints: CheckpointStore;
}

/**
 * Looks at the tables that a projection writes by SQL or TypeORM: they must be there, and empty where this version has not begun, because it begins with the
 * first event. Rejects with `PROJECTION_TABLE_UNFIT`, `PROJECTION_DATABASE_MISSING`.
 */
export async function checkOwnTables({ name, tables, subscription }: ProjectionDefinition, parts: OwnTablesParts): Promise<void> {
  const { database, checkpoints } = parts;
  for (const table of tables) {
    if (database === undefined) throw new ProjectionDatabaseMissingError(`@Projection('${name}', { tables: ['${table}'] })`);
    if (!(await isSo(database, tableExists(table)))) throw ProjectionTableUnfitError.missing(name, table);
    // Rows and checkpoint commit together: whoever sees rows of this version first sees its checkpoint afterwards.
    if ((await isSo(database, tableFilled(table))) && (await checkpoints.load(subscription)) === undefined)
      throw ProjectionTableUnfitError.filled(name, table);
  }
}

async function isSo(database: Database, { text, values }: { readonly text: string; readonly values: readonly string[] }): Promise<boolean> {
  const { rows } = await database.query<{ yes: boolean }>(text, values);
  return rows[0]?.yes === true;
}
