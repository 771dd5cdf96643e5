import type { MigrationSet } from '@minos/postgres';
import { LOG_MIGRATION } from './001-log.sql.js';
import { DAYS_MIGRATION } from './002-days.sql.js';
import { GROUPS_MIGRATION } from './003-groups.sql.js';
import { ROLES_MIGRATION } from './004-roles.sql.js';
import { ORIGIN_MIGRATION } from './005-origin.sql.js';

/**
 * The schema `minos_broker` of the PostgreSQL broker, in the database that services share for it. Applied with `migrate(database, [BROKER_MIGRATIONS])`,
 * by any number of processes at once; it is not among the migrations of a service's own database.
 */
export const BROKER_MIGRATIONS: MigrationSet = {
  package: '@minos/messaging/broker',
  migrations: [LOG_MIGRATION, DAYS_MIGRATION, GROUPS_MIGRATION, ROLES_MIGRATION, ORIGIN_MIGRATION],
};
