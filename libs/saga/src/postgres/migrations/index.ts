import type { MigrationSet } from '@minos/postgres';
import { RESOURCES_MIGRATION } from '../resources/010-resources.sql.js';
import { SAGAS_MIGRATION } from './001-sagas.sql.js';

/** The tables of sagas and of what they hold, in the database of a service. */
export const MIGRATIONS: MigrationSet = { package: '@minos/saga', migrations: [SAGAS_MIGRATION, RESOURCES_MIGRATION] };
