import type { Migration } from '@minos/postgres';
import { CREATE_ROUTES_FIRST } from '../registry.sql.js';

/** Finds the routes that a new one could overlap. */
export const ROUTE_OVERLAP_MIGRATION: Migration = { id: '002-route-overlap', statements: [CREATE_ROUTES_FIRST] };
