import type { AdoptedPoolOptions } from '../database/adopted-pool.js';
import type { DatabaseOptions } from '../database/database-options.js';
import type { MigrationMode } from '../migrations/prepare-schema.js';

/** The options of a pool, or a pool that is there (see `poolOfDataSource`), and what happens to the schema when it opens. */
export type PostgresStorageOptions = (DatabaseOptions | AdoptedPoolOptions) & {
  /** @default 'check' where NODE_ENV is production, else 'apply' */
  readonly migrations?: MigrationMode;
  /**
   * Tell other processes of commits over LISTEN/NOTIFY, on a connection of its own, so that their feeds look at once instead of at their next poll. Switch it
   * off behind a pooler that shares connections by transaction. An adopted pool does not say where to listen. @default true
   */
  readonly notify?: boolean;
};

export const defaultMigrationMode = (): MigrationMode => (process.env['NODE_ENV'] === 'production' ? 'check' : 'apply');
