import { type CliCommand, counted, Given, isoTime, JSON_OPTION, printable, short, table, toJson } from '@minos/postgres';
import type { ParkedKeySummary } from '../contracts/parked-store.js';
import { FILTER_OPTIONS, filterOf, parkedKeysOf } from './parked-filter.js';
import { summaryJson } from './to-json.js';

export const PARKED_LIST: CliCommand = {
  name: 'list',
  summary: 'list parked keys, the longest parked first',
  options: {
    ...FILTER_OPTIONS,
    limit: { type: 'string', value: 'number', help: 'so many at the most (50)' },
    skip: { type: 'string', value: 'number', help: 'leave out so many (0)' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const filter = filterOf(given);
    const page = { limit: given.count('limit', { fallback: 50 }), skip: given.count('skip', { fallback: 0, min: 0, max: 1_000_000_000 }) };
    const parked = parkedKeysOf(context);
    const keys = await parked.list(filter, page);
    const totals = await parked.totals(filter);
    if (given.flag('json')) {
      context.print(toJson({ keys: keys.map(summaryJson), totals }));
      return 0;
    }
    keysTable(keys).forEach(context.print);
    const next = page.skip + keys.length;
    const more = next < totals.keys && keys.length > 0 ? ` Keys ${page.skip + 1} to ${next} are shown; --skip ${next} goes on.` : '';
    context.print(totals.keys === 0 ? 'No key is parked that fits.' : `${totalsText(totals)}.${more}`);
    return 0;
  },
};

export function keysTable(keys: readonly ParkedKeySummary[]): string[] {
  if (keys.length === 0) return [];
  const head = ['CONSUMER', 'CHANNEL', 'KEY', 'MESSAGES', 'STATE', 'PARKED AT', 'TRIES', 'TYPE', 'CAUSE'];
  return table(
    head,
    keys.map((key) => [
      ...[key.consumer, key.channel, printable(key.key), String(key.messages), key.state, isoTime(key.parkedAt)],
      ...[String(key.attempts), printable(key.type), causeText(key)],
    ]),
  );
}

export function causeText({ cause }: Pick<ParkedKeySummary, 'cause'>): string {
  return cause === undefined ? '' : `${printable(cause.code)}: ${short(cause.message)}`;
}

export function totalsText({ keys, messages }: { readonly keys: number; readonly messages: number }): string {
  return `${counted(keys, 'key')} with ${counted(messages, 'message')}`;
}
