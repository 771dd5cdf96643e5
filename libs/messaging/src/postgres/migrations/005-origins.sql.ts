import type { Migration } from '@minos/postgres';
import { ADD_ORIGIN, CREATE_TAKE_OVER_OF_LOG, DROP_TAKE_OVER } from '../inbox/partition.sql.js';

/** Positions know the log that they were kept in. */
export const ORIGINS_MIGRATION: Migration = { id: '005-origins', statements: [ADD_ORIGIN, DROP_TAKE_OVER, CREATE_TAKE_OVER_OF_LOG] };
