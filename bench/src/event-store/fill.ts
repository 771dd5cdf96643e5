import { runSql } from '../server.js';
import { EVENT_DATA, EVENT_TYPE } from './sample-event.js';

const COLUMNS = 'tenant, stream, version, id, type, schema_version, data, metadata, key_hash';

/**
 * Writes events past the store, the quick way: `streams` streams of `length` events each, named `<category>-<number>`. Nobody else may be writing.
 */
export async function fillEvents(url: string, category: string, streams: number, length: number): Promise<void> {
  const data = JSON.stringify(EVENT_DATA).replaceAll("'", "''");
  await runSql(
    url,
    `insert into minos.events (${COLUMNS})
     select '', '${category}-' || s, v, uuidv7(), '${EVENT_TYPE}', 1, '${data}', '{}', s
     from generate_series(1, ${streams}) s, generate_series(1, ${length}) v`,
    'vacuum analyze minos.events',
  );
}
