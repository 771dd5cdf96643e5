import { EVENT_COLUMNS } from '../event-row.js';

/** The highest position that can be seen, and the transactions that may still commit a lower one. */
export const READ_MARK = {
  name: 'minos_feed_mark',
  text: 'select latest, drawn, server, holders, pids, prepared from minos.feed_mark($1::bigint)',
};

const RANGE = 'e.position > $1::bigint and e.position <= $2::bigint and minos.feed_guard($3::text)';

/** Events of a settled range. The order names the table's column: the bare name would be the text of the output. */
export const READ_PAGE = {
  name: 'minos_feed_page',
  rowMode: 'array' as const,
  text: `select ${EVENT_COLUMNS}, e.stream, e.tenant from minos.events e where ${RANGE} order by e.position limit $4::int`,
};

/** The same, of certain types, one tenant or one category; null is no condition. */
export const READ_FILTERED_PAGE = {
  name: 'minos_feed_filtered_page',
  rowMode: 'array' as const,
  text: `select ${EVENT_COLUMNS}, e.stream, e.tenant from minos.events e
   where ${RANGE} and ($5::text[] is null or type = any ($5::text[])) and ($6::text is null or tenant = $6::text)
     and ($7::text is null or split_part(stream, '-', 1) = $7::text)
   order by e.position limit $4::int`,
};

/** The last event of a range, of whatever type: how far a filtered page looked. */
export const READ_LAST_IN_RANGE = {
  name: 'minos_feed_last_in_range',
  text: `select max(e.position)::text as edge from minos.events e where ${RANGE}`,
};

/** The first event of a range. */
export const READ_FIRST_IN_RANGE = {
  name: 'minos_feed_first_in_range',
  text: `select min(e.position)::text as edge from minos.events e where ${RANGE}`,
};
