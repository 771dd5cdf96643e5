import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fromHeaders, parseJson } from '@minos/common';
import { type CliCommand, type CliContext, CliUsageError, Given, printable, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import type { ParkedMessage } from '../contracts/parked-store.js';
import { ParkedMessageGoneError } from '../errors/parked.errors.js';
import type { ParkedEdit, ParkedKeys } from '../parked/parked-keys.js';
import { askAndReport, WAIT_OPTIONS } from './asked.js';
import { DRY_RUN_OPTION } from './dry-run.js';
import { FILTER_OPTIONS, filterOf, oneKey, parkedKeysOf } from './parked-filter.js';

export const PARKED_EDIT: CliCommand = {
  name: 'edit',
  summary: 'give one parked message another body or other headers, and have its key handled again',
  options: {
    ...FILTER_OPTIONS,
    place: { type: 'string', value: 'number', help: 'the message of the one key that fits' },
    body: { type: 'string', value: 'file', help: 'the new body, JSON; - reads the standard input' },
    header: { type: 'string', value: 'name=value', help: 'sets a header; may come several times', multiple: true },
    'remove-header': { type: 'string', value: 'name', help: 'takes a header away; may come several times', multiple: true },
    'no-retry': { type: 'boolean', help: 'leave the key parked' },
    ...DRY_RUN_OPTION,
    ...REQUESTER_OPTIONS,
    ...WAIT_OPTIONS,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const place = given.id('place');
    if (place === undefined) throw new CliUsageError('--place is missing: give the number that "minos parked show" prints behind the #.');
    const requester = requesterOf(given);
    const changes = headerChanges(given);
    const body = await bodyOf(context, given);
    if (body === undefined && changes.length === 0) {
      throw new CliUsageError('Nothing would change: give --body, --header or --remove-header.');
    }
    const parked = parkedKeysOf(context);
    const message = await findMessage(parked, given, place);
    const edit = editOf(message, changes, body);
    demandReadable(message, edit);
    if (given.flag('dry-run')) {
      context.print(
        `Would edit #${place} (${printable(message.type)}) of the key ${printable(message.key)}${given.flag('no-retry') ? '' : ' and retry the key'}.`,
      );
      return 0;
    }
    return askAndReport(context, given, parked, () =>
      given.flag('no-retry') ? parked.edit(message, edit, requester) : parked.editAndRetry(message, edit, requester),
    );
  },
};

async function findMessage(parked: ParkedKeys, given: Given, place: bigint): Promise<ParkedMessage> {
  const ref = await oneKey(parked, filterOf(given));
  const [message] = (await parked.inspect(ref, { limit: 1, after: place - 1n })).messages;
  if (message?.place !== place) throw new ParkedMessageGoneError({ ...ref, place });
  return message;
}

async function bodyOf(context: CliContext, given: Given): Promise<Uint8Array | undefined> {
  const from = given.text('body');
  if (from === undefined) return undefined;
  const body = from === '-' ? await context.input() : await readBody(resolve(context.folder, from), from);
  try {
    parseJson(body);
    return body;
  } catch (error) {
    throw new CliUsageError(
      `--body: ${from === '-' ? 'the standard input' : from} is no JSON that a message may have: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
}

async function readBody(path: string, given: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CliUsageError(`--body: ${given} cannot be read (${(error as Error).message}). Give a file, or - for the standard input.`, {
      cause: error,
    });
  }
}

type HeaderChange = readonly [name: string, value: string | undefined];

function headerChanges(given: Given): readonly HeaderChange[] {
  const set = given.list('header').map((text): HeaderChange => {
    const at = text.indexOf('=');
    if (at < 1) throw new CliUsageError(`--header is "${text}": give <name>=<value>.`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return [...set, ...given.list('remove-header').map((name): HeaderChange => [name, undefined])];
}

function editOf({ stored }: ParkedMessage, changes: readonly HeaderChange[], body: Uint8Array | undefined): ParkedEdit {
  const headers = new Map(Object.entries(stored.headers));
  for (const [name, value] of changes) {
    if (value !== undefined) headers.set(name, value);
    else if (!headers.delete(name))
      throw new CliUsageError(`--remove-header: the message has no header "${name}"; "minos parked show" lists them.`);
  }
  return { ...(changes.length === 0 ? {} : { headers: Object.fromEntries(headers) }), ...(body === undefined ? {} : { body }) };
}

/** A message that no consumer can read would only be parked again. */
function demandReadable({ stored }: ParkedMessage, { headers = stored.headers, body = stored.body }: ParkedEdit): void {
  try {
    fromHeaders(headers, parseJson(body.length === 0 ? 'null' : body), { time: new Date(stored.appendedAt).toISOString() });
  } catch (error) {
    throw new CliUsageError(`The message could not be read after this edit: ${(error as Error).message}`, { cause: error });
  }
}
