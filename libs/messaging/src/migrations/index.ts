import type { MigrationSet } from '@minos/postgres';
import { OUTBOX_MIGRATION } from '../postgres/migrations/001-outbox.sql.js';
import { INBOX_MIGRATION } from '../postgres/migrations/002-inbox.sql.js';
import { SCHEDULES_MIGRATION } from '../postgres/migrations/003-schedules.sql.js';
import { OPERATIONS_MIGRATION } from '../postgres/migrations/004-operations.sql.js';
import { ORIGINS_MIGRATION } from '../postgres/migrations/005-origins.sql.js';
import { INBOX_PLAN_MIGRATION } from '../postgres/migrations/006-inbox-plan.sql.js';
import { PLANS_BY_ROW_MIGRATION } from '../postgres/migrations/007-plans-by-row.sql.js';

/** The tables of the outbox, the inbox, positions, parked keys and schedules in a service's own database. */
export const MIGRATIONS: MigrationSet = {
  package: '@minos/messaging',
  migrations: [
    OUTBOX_MIGRATION,
    INBOX_MIGRATION,
    SCHEDULES_MIGRATION,
    OPERATIONS_MIGRATION,
    ORIGINS_MIGRATION,
    INBOX_PLAN_MIGRATION,
    PLANS_BY_ROW_MIGRATION,
  ],
};
