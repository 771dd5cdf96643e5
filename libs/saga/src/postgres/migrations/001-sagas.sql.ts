import type { Migration } from '@minos/postgres';
import { CREATE_CLAIM_DUE_SAGAS, CREATE_PURGE_SAGAS } from '../saga-due.sql.js';
import {
  CREATE_SAGA_JOURNAL,
  CREATE_SAGA_MAIL,
  CREATE_SAGA_MAIL_OF,
  CREATE_SAGAS,
  CREATE_SAGAS_ENDED,
  CREATE_SAGAS_KEY,
  CREATE_SAGAS_LIVE,
  CREATE_SAGAS_STARTED,
} from '../saga-tables.sql.js';
import { CREATE_CHECK_SAGAS, CREATE_WRITE_SAGAS } from '../saga-write.sql.js';

/** Instances, their journals and their mail. */
export const SAGAS_MIGRATION: Migration = {
  id: '001-sagas',
  statements: [
    ...[CREATE_SAGAS, CREATE_SAGAS_KEY, CREATE_SAGAS_LIVE, CREATE_SAGAS_STARTED, CREATE_SAGAS_ENDED],
    ...[CREATE_SAGA_JOURNAL, CREATE_SAGA_MAIL, CREATE_SAGA_MAIL_OF],
    ...[CREATE_CHECK_SAGAS, CREATE_WRITE_SAGAS, CREATE_CLAIM_DUE_SAGAS, CREATE_PURGE_SAGAS],
  ],
};
