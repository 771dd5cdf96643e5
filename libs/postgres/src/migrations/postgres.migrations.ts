import { UNIT_OF_WORK_MIGRATION } from './001-unit-of-work.sql.js';
import { LEASES_MIGRATION } from './002-leases.sql.js';
import { IDEMPOTENCY_KEYS_MIGRATION } from './003-idempotency-keys.sql.js';
import type { MigrationSet } from './migration.js';

/** Tables and functions of this package: committing units, leases, idempotency keys. */
export const MIGRATIONS: MigrationSet = {
  package: '@minos/postgres',
  migrations: [UNIT_OF_WORK_MIGRATION, LEASES_MIGRATION, IDEMPOTENCY_KEYS_MIGRATION],
};
