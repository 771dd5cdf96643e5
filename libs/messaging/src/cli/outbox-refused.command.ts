import { type CliCommand, Given, isoTime, JSON_OPTION, printable, short, table, toJson } from '@minos/postgres';
import { RefusedKeys } from '../outbox/refused-keys.js';
import { PostgresOutboxStore } from '../postgres/outbox/postgres-outbox-store.js';

export const OUTBOX_REFUSED: CliCommand = {
  name: 'refused',
  summary: 'list keys of which nothing leaves because the broker refused a message, the longest refused first',
  options: { limit: { type: 'string', value: 'number', help: 'so many at the most (50)' }, ...JSON_OPTION },
  run: async (context) => {
    const given = new Given(context.options);
    const limit = given.count('limit', { fallback: 50 });
    const keys = await new RefusedKeys(new PostgresOutboxStore(context.database())).list(limit);
    if (given.flag('json')) {
      context.print(toJson({ keys: keys.map(({ refusedAt, ...key }) => ({ ...key, refusedAt: new Date(refusedAt).toISOString() })) }));
      return 0;
    }
    if (keys.length === 0) context.print('No key is refused.');
    const rows = keys.map(({ channel, key, refusedAt, reason }) => [channel, printable(key), isoTime(refusedAt), short(reason, 120)]);
    if (keys.length > 0) table(['CHANNEL', 'KEY', 'REFUSED AT', 'WHY'], rows).forEach(context.print);
    return 0;
  },
};
