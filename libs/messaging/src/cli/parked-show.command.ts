import { type CliCommand, counted, Given, isoTime, JSON_OPTION, printable, printableLines, toJson } from '@minos/postgres';
import type { ParkedMessage } from '../contracts/parked-store.js';
import type { ParkedInspection } from '../parked/parked-keys.js';
import { actionLines } from './parked-audit.command.js';
import { FILTER_OPTIONS, filterOf, oneKey, parkedKeysOf } from './parked-filter.js';
import { actionJson, messageJson, summaryJson, textOf } from './to-json.js';

export const PARKED_SHOW: CliCommand = {
  name: 'show',
  summary: 'show one parked key: its messages with causes, headers and bodies, and what was asked about it',
  options: {
    ...FILTER_OPTIONS,
    limit: { type: 'string', value: 'number', help: 'so many messages at the most (10)' },
    after: { type: 'string', value: 'place', help: 'messages behind this place' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const parked = parkedKeysOf(context);
    const after = given.id('after');
    const limit = given.count('limit', { fallback: 10 });
    const key = await oneKey(parked, filterOf(given));
    const found = await parked.inspect(key, after === undefined ? { limit } : { limit, after });
    if (given.flag('json')) context.print(inspectionJson(found));
    else inspectionLines(found).forEach(context.print);
    return 0;
  },
};

function inspectionJson({ key, messages, actions }: ParkedInspection): string {
  return toJson({ key: summaryJson(key), messages: messages.map(messageJson), actions: actions.map(actionJson) });
}

function inspectionLines({ key, messages, actions }: ParkedInspection): string[] {
  const left = key.messages - messages.length;
  const last = messages.at(-1);
  return [
    `Key ${printable(key.key)} of ${key.channel}, partition ${key.partition}, consumer ${key.consumer}: ` +
      `${counted(key.messages, 'message')} since ${isoTime(key.parkedAt)}, ${key.state}.`,
    ...messages.flatMap((message) => ['', ...messageLines(message)]),
    ...(left > 0 && last !== undefined ? ['', `Others are not shown; --after ${last.place} goes on.`] : []),
    ...(actions.length > 0 ? ['', 'Actions, the newest first:', ...actions.flatMap(actionLines)] : []),
  ];
}

function messageLines({ place, type, messageId, stored, cause, attempts, codeVersion, parkedAt }: ParkedMessage): string[] {
  const release = codeVersion === '' ? '' : ` by release ${printable(codeVersion)}`;
  const why =
    cause === undefined
      ? ['  stands behind a message that could not be handled']
      : [
          ...indented(`${cause.code}: ${cause.message} (${counted(attempts, 'try').replace('trys', 'tries')}${release})`, '  cause    '),
          ...(cause.stack === undefined ? [] : indented(cause.stack, '  stack    ')),
        ];
  const headers = Object.entries(stored.headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `#${place}  ${printable(type)}  id ${printable(messageId)}  offset ${stored.offset}  parked ${isoTime(parkedAt)}`,
    ...why,
    ...indented(headers.join('\n'), '  headers  '),
    ...indented(bodyText(stored.body), '  body     '),
  ];
}

function indented(text: string, label: string): string[] {
  return printableLines(text).map((line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}`);
}

/** Indented where it is JSON. */
function bodyText(body: Uint8Array): string {
  const text = textOf(body);
  if (text === undefined) return `${counted(body.byteLength, 'byte')} that are no text: ${Buffer.from(body).toString('base64')}`;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
