import { UNIT_OF_WORK_MIGRATION } from './001-unit-of-work.sql.js';
import type { MigrationSet } from './migration.js';

/** Tables and functions of this package: committing units, leases, idempotency keys. */
export const MIGRATIONS: MigrationSet = {
  package: '@minos/postgres',
  migrations: [UNIT_OF_WORK_MIGRATION],
};
