import type { DatabaseOptions } from '../database/database-options.js';
import type { MigrationMode } from '../migrations/prepare-schema.js';

/** The pool's options, and what happens to the schema when it opens. */
export interface PostgresStorageOptions extends DatabaseOptions {
  /** @default 'check' where NODE_ENV is production, else 'apply' */
  readonly migrations?: MigrationMode;
}

export const defaultMigrationMode = (): MigrationMode => (process.env['NODE_ENV'] === 'production' ? 'check' : 'apply');
