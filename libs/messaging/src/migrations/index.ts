import type { MigrationSet } from '@minos/postgres';
import { OUTBOX_MIGRATION } from '../postgres/migrations/001-outbox.sql.js';
import { INBOX_MIGRATION } from '../postgres/migrations/002-inbox.sql.js';

/** The tables of the outbox, the inbox, positions and parked keys in a service's own database. */
export const MIGRATIONS: MigrationSet = { package: '@minos/messaging', migrations: [OUTBOX_MIGRATION, INBOX_MIGRATION] };
