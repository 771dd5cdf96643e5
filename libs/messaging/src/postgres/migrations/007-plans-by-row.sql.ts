import type { Migration } from '@minos/postgres';
import { FORGET_OUTBOX_ROW_BY_ROW } from '../outbox/outbox.sql.js';
import { MOVE_DUE_BY_PLACE } from '../schedule/schedule.sql.js';

/** What leaves the outbox and the schedules is found in the same time, however much waits and whatever statistics say. */
export const PLANS_BY_ROW_MIGRATION: Migration = { id: '007-plans-by-row', statements: [FORGET_OUTBOX_ROW_BY_ROW, MOVE_DUE_BY_PLACE] };
