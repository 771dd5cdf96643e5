import type { MigrationSet } from '@minos/postgres';
import { SAGAS_MIGRATION } from './001-sagas.sql.js';

/** What sagas need in the database of a service. */
export const MIGRATIONS: MigrationSet = { package: '@minos/saga', migrations: [SAGAS_MIGRATION] };
