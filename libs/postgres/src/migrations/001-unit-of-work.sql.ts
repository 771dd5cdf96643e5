import { CREATE_FAILED_UNITS, CREATE_LOCK_KEYS } from '../unit-of-work/unit-of-work.sql.js';

/** The functions that every committed batch calls. */
export const UNIT_OF_WORK_MIGRATION = { id: '001-unit-of-work', statements: [CREATE_LOCK_KEYS, CREATE_FAILED_UNITS] };
