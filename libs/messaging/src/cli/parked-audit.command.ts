import { type CliCommand, Given, isoTime, JSON_OPTION, printable, short, toJson } from '@minos/postgres';
import type { ParkedAction, ParkedActionFilter } from '../contracts/parked-store.js';
import { parkedKeysOf } from './parked-filter.js';
import { actionJson, textOf } from './to-json.js';

export const PARKED_AUDIT: CliCommand = {
  name: 'audit',
  summary: 'list what was asked, by whom, why, how it ended and what it replaced; the newest first',
  options: {
    consumer: { type: 'string', value: 'name', help: 'about keys of this consumer' },
    channel: { type: 'string', value: 'name', help: 'about keys of this channel' },
    key: { type: 'string', value: 'key', help: 'about this key' },
    by: { type: 'string', value: 'name', help: 'what this one asked' },
    limit: { type: 'string', value: 'number', help: 'so many at the most (50)' },
    before: { type: 'string', value: 'number', help: 'older than this action' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const before = given.id('before');
    const limit = given.count('limit', { fallback: 50 });
    const filter = actionFilterOf(given);
    const actions = await parkedKeysOf(context).audit(filter, before === undefined ? { limit } : { limit, before });
    if (given.flag('json')) context.print(toJson({ actions: actions.map(actionJson) }));
    else if (actions.length === 0) context.print('Nothing was asked that fits.');
    else actions.flatMap(auditLines).forEach(context.print);
    return 0;
  },
};

function actionFilterOf(given: Given): ParkedActionFilter {
  const names = ['consumer', 'channel', 'key', 'by'] as const;
  const found = names.map((name) => [name, given.text(name)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found);
}

function auditLines(action: ParkedAction): string[] {
  const [first = '', ...rest] = actionLines(action);
  return [`${first}  (${action.consumer}, ${action.channel}, key ${printable(action.key)})`, ...rest];
}

/** One action: what, who, when, how it ended; and what it replaced. */
export function actionLines(action: ParkedAction): string[] {
  const { id, action: kind, place, by, reason, requestedAt, before } = action;
  const of = place === undefined ? '' : ` of #${place}`;
  const why = reason === undefined ? '' : `, because "${short(reason)}"`;
  return [
    `  ${id}  ${isoTime(requestedAt)}  ${kind}${of} by ${printable(by)}${why}: ${outcomeText(action)}`,
    ...(before === undefined ? [] : [`      it was ${short(textOf(before.body) ?? Buffer.from(before.body).toString('base64'), 200)}`]),
  ];
}

export function outcomeText({ ended }: ParkedAction): string {
  if (ended === undefined) return 'waits for a running consumer';
  return ended.detail === undefined ? ended.outcome : `${ended.outcome} (${short(ended.detail)})`;
}
