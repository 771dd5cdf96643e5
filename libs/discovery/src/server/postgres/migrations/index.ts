import type { MigrationSet } from '@minos/postgres';
import { REGISTRY_MIGRATION } from './001-registry.sql.js';

/** The tables of the registry, in its own database. */
export const MIGRATIONS: MigrationSet = { package: '@minos/discovery', migrations: [REGISTRY_MIGRATION] };
