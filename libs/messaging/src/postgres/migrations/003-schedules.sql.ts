import type { Migration } from '@minos/postgres';
import { CREATE_CHECK_CRONS, CREATE_CRONS, CREATE_DEFINE_CRON, CREATE_WRITE_CRONS } from '../schedule/cron.sql.js';
import { CREATE_MOVE_DUE_SCHEDULES, CREATE_SCHEDULES, CREATE_SCHEDULES_DUE, CREATE_WRITE_SCHEDULES } from '../schedule/schedule.sql.js';

/** Messages that leave later, and the next times of cron handlers. */
export const SCHEDULES_MIGRATION: Migration = {
  id: '003-schedules',
  statements: [
    CREATE_SCHEDULES,
    CREATE_SCHEDULES_DUE,
    CREATE_WRITE_SCHEDULES,
    CREATE_MOVE_DUE_SCHEDULES,
    CREATE_CRONS,
    CREATE_DEFINE_CRON,
    CREATE_CHECK_CRONS,
    CREATE_WRITE_CRONS,
  ],
};
