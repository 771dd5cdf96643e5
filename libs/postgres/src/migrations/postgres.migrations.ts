import type { MigrationSet } from './migration.js';

/** Tables and functions of this package: leases and idempotency keys. */
export const MIGRATIONS: MigrationSet = {
  package: '@minos/postgres',
  migrations: [],
};
