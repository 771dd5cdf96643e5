import type { MigrationSet } from '@minos/postgres';
import { EVENTS_MIGRATION } from './001-events.sql.js';
import { CHECKPOINTS_MIGRATION } from './002-checkpoints.sql.js';
import { ORDERED_FEED_MIGRATION } from './003-ordered-feed.sql.js';

/** The tables and functions of the event store, in order. */
export const MIGRATIONS: MigrationSet = {
  package: '@minos/event-sourcing',
  migrations: [EVENTS_MIGRATION, CHECKPOINTS_MIGRATION, ORDERED_FEED_MIGRATION],
};
