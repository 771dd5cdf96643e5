import type { MigrationSet } from '@minos/postgres';

/** The tables of the outbox, the inbox, positions and parked keys in a service's own database. */
export const MIGRATIONS: MigrationSet = { package: '@minos/messaging', migrations: [] };
