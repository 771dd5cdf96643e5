import type { MigrationSet } from '@minos/postgres';
import { RESOURCES_MIGRATION } from '../resources/010-resources.sql.js';

/** The tables of sagas and of what they hold, in a service's own database. */
export const MIGRATIONS: MigrationSet = { package: '@minos/saga', migrations: [RESOURCES_MIGRATION] };
