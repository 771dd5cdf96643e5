import type { MigrationSet } from '@minos/postgres';
import { VIEWS_MIGRATION } from './001-views.sql.js';
import { PROJECTIONS_MIGRATION } from './002-projections.sql.js';

/** What views and projections need in the database of a service. */
export const MIGRATIONS: MigrationSet = { package: '@minos/cqrs', migrations: [VIEWS_MIGRATION, PROJECTIONS_MIGRATION] };
