import type { MigrationSet } from '@minos/postgres';
import { REGISTRY_MIGRATION } from './001-registry.sql.js';
import { ROUTE_OVERLAP_MIGRATION } from './002-route-overlap.sql.js';

/** The tables of the registry, in its own database. */
export const MIGRATIONS: MigrationSet = { package: '@minos/discovery', migrations: [REGISTRY_MIGRATION, ROUTE_OVERLAP_MIGRATION] };
