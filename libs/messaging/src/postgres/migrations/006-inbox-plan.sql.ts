import type { Migration } from '@minos/postgres';

/**
 * The plan of the check is made once per connection, and most often while the table is small: it is told to use the index, or it would read the whole inbox
 * for each batch until statistics are made.
 */
const CHECK_INBOX_BY_INDEX = `
alter function minos.check_inbox(bigint, int[], int[], text[], text[])
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off`;

export const INBOX_PLAN_MIGRATION: Migration = { id: '006-inbox-plan', statements: [CHECK_INBOX_BY_INDEX] };
