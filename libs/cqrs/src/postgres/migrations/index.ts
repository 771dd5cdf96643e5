import type { MigrationSet } from '@minos/postgres';
import { VIEWS_MIGRATION } from './001-views.sql.js';

/** What views need in the database of a service. */
export const MIGRATIONS: MigrationSet = { package: '@minos/cqrs', migrations: [VIEWS_MIGRATION] };
