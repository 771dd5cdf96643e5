import type { Migration } from '@minos/postgres';
import { CREATE_REFUSAL_DECISIONS } from '../outbox/refusal-decisions.sql.js';

/** What operators decide on the producer's side. */
export const OPERATIONS_MIGRATION: Migration = { id: '004-operations', statements: [CREATE_REFUSAL_DECISIONS] };
