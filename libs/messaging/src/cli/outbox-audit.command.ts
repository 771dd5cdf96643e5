import { type CliCommand, Given, isoTime, JSON_OPTION, printable, short, toJson } from '@minos/postgres';
import type { RefusalDecision } from '../contracts/outbox-store.js';
import { RefusedKeys } from '../outbox/refused-keys.js';
import { PostgresOutboxStore } from '../postgres/outbox/postgres-outbox-store.js';

export const OUTBOX_AUDIT: CliCommand = {
  name: 'audit',
  summary: 'list who released which refused keys, why, and what was discarded; the newest first',
  options: { limit: { type: 'string', value: 'number', help: 'so many at the most (50)' }, ...JSON_OPTION },
  run: async (context) => {
    const given = new Given(context.options);
    const limit = given.count('limit', { fallback: 50 });
    const decisions = await new RefusedKeys(new PostgresOutboxStore(context.database())).audit(limit);
    if (given.flag('json'))
      context.print(toJson({ decisions: decisions.map(({ at, ...one }) => ({ ...one, at: new Date(at).toISOString() })) }));
    else if (decisions.length === 0) context.print('Nothing was decided.');
    else decisions.flatMap(linesOf).forEach(context.print);
    return 0;
  },
};

function linesOf({ id, at, oldest, by, reason, channel, key, refusal, discarded }: RefusalDecision): string[] {
  const why = reason === undefined ? '' : `, because "${short(reason)}"`;
  return [
    `  ${id}  ${isoTime(at)}  ${oldest} by ${printable(by)}${why}  (${channel}, key ${printable(key)}; refused: ${short(refusal)})`,
    ...(discarded === undefined ? [] : [`      discarded ${discarded.messageId}: ${short(discarded.body, 200)}`]),
  ];
}
