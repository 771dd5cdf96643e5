import { type CliContext, type CliOption, CliUsageError, type Given, printable } from '@minos/postgres';
import type { ParkedFilter, ParkedKeySummary } from '../contracts/parked-store.js';
import { ParkedKeyUnknownError } from '../errors/parked.errors.js';
import { ParkedKeys } from '../parked/parked-keys.js';
import { PostgresParkedStore } from '../postgres/parked/postgres-parked-store.js';

const NAMES = ['consumer', 'channel', 'key', 'cause', 'type'] as const;

export const FILTER_OPTIONS: Readonly<Record<string, CliOption>> = {
  consumer: { type: 'string', value: 'name', help: 'keys that this consumer has parked' },
  channel: { type: 'string', value: 'name', help: 'keys of this channel' },
  key: { type: 'string', value: 'key', help: 'this key' },
  cause: { type: 'string', value: 'code', help: 'keys that were parked for this cause' },
  type: { type: 'string', value: 'name', help: 'keys whose first message is of this type' },
};

export function parkedKeysOf(context: CliContext): ParkedKeys {
  return new ParkedKeys(new PostgresParkedStore(context.database()));
}

export function filterOf(given: Given): ParkedFilter {
  const found = NAMES.map((name) => [name, given.text(name)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found);
}

/** For what concerns many: everything has to be asked for. */
export function demandFilter(given: Given, verb: string): ParkedFilter {
  const filter = filterOf(given);
  const names = NAMES.map((name) => `--${name}`).join(', ');
  if (Object.keys(filter).length > 0) {
    if (given.flag('all')) throw new CliUsageError(`--all and a filter contradict each other: leave one of them out.`);
    return filter;
  }
  if (!given.flag('all')) throw new CliUsageError(`Say which keys to ${verb}: ${names}, or --all.`);
  return filter;
}

/** The one key that fits. */
export async function oneKey(parked: ParkedKeys, filter: ParkedFilter): Promise<ParkedKeySummary> {
  const [found, ...others] = await parked.list(filter, { limit: 4 });
  if (found === undefined) throw new ParkedKeyUnknownError(filter);
  if (others.length === 0) return found;
  const some = [found, ...others]
    .slice(0, 3)
    .map((one) => `--consumer ${one.consumer} --channel ${one.channel} --key ${printable(one.key)}`);
  throw new CliUsageError(`More than one parked key fits; say which: ${some.join(', or ')}${others.length > 2 ? ', or others' : ''}.`);
}
