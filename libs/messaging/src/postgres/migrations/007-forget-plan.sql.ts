import type { Migration } from '@minos/postgres';
import { FORGET_OUTBOX_ROW_BY_ROW } from '../outbox/outbox.sql.js';

/** A relay forgets what it has published in the same time, however much waits. */
export const FORGET_PLAN_MIGRATION: Migration = { id: '007-forget-plan', statements: [FORGET_OUTBOX_ROW_BY_ROW] };
