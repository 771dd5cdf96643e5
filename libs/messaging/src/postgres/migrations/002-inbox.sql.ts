import type { Migration } from '@minos/postgres';
import { CREATE_CHECK_INBOX, CREATE_INBOX, CREATE_INBOX_AGE, CREATE_WRITE_INBOX } from '../inbox/inbox.sql.js';
import {
  CREATE_CHECK_PARTITIONS,
  CREATE_CONSUMER_POSITIONS,
  CREATE_IN_HAND,
  CREATE_SUSPECTS,
  CREATE_TAKE_OVER,
  CREATE_WRITE_PARTITIONS,
} from '../inbox/partition.sql.js';

/** What a consumer keeps of its input: marks, positions, what it has in hand, and parked messages. */
export const INBOX_MIGRATION: Migration = {
  id: '002-inbox',
  statements: [
    CREATE_INBOX,
    CREATE_INBOX_AGE,
    CREATE_CHECK_INBOX,
    CREATE_WRITE_INBOX,
    CREATE_CONSUMER_POSITIONS,
    CREATE_IN_HAND,
    CREATE_SUSPECTS,
    CREATE_TAKE_OVER,
    CREATE_CHECK_PARTITIONS,
    CREATE_WRITE_PARTITIONS,
  ],
};
