import type { MigrationSet } from '@minos/postgres';
import { AUTH_SERVER_MIGRATION } from './001-auth-server.sql.js';

/** The tables of the auth server, in its own database. */
export const MIGRATIONS: MigrationSet = { package: '@minos/auth', migrations: [AUTH_SERVER_MIGRATION] };
