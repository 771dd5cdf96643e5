import { type CliCommand, type CliContext, CliUsageError, Given, printable, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import type { ParkedKeys } from '../parked/parked-keys.js';
import { askAndReport, WAIT_OPTIONS } from './asked.js';
import { dryRun, DRY_RUN_OPTION } from './dry-run.js';
import { demandFilter, FILTER_OPTIONS, filterOf, oneKey, parkedKeysOf } from './parked-filter.js';
import { totalsText } from './parked-list.command.js';

export const PARKED_DISCARD: CliCommand = {
  name: 'discard',
  summary: 'have one message taken out unhandled (--place), or all of the keys that fit (--yes); the audit keeps them',
  options: {
    ...FILTER_OPTIONS,
    place: { type: 'string', value: 'number', help: 'this message of the one key that fits' },
    all: { type: 'boolean', help: 'every parked key of the service' },
    yes: { type: 'boolean', help: 'needed to discard more than one message' },
    ...DRY_RUN_OPTION,
    ...REQUESTER_OPTIONS,
    ...WAIT_OPTIONS,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const place = given.id('place');
    const requester = requesterOf(given);
    if (place !== undefined) return discardOne(context, given, place);
    const filter = demandFilter(given, 'discard');
    const parked = parkedKeysOf(context);
    if (given.flag('dry-run')) return dryRun(context, given, { verb: 'discard', parked, filter });
    const totals = await parked.totals(filter);
    if (!given.flag('yes') && totals.keys > 0) {
      throw new CliUsageError(`This discards ${totalsText(totals)}: add --yes to do it, or --dry-run to see which.`);
    }
    return askAndReport(context, given, parked, () => parked.discardAll(filter, requester));
  },
};

async function discardOne(context: CliContext, given: Given, place: bigint): Promise<number> {
  const parked: ParkedKeys = parkedKeysOf(context);
  const { consumer, channel, key } = await oneKey(parked, filterOf(given));
  if (given.flag('dry-run')) {
    const [message] = (await parked.inspect({ consumer, channel, key }, { limit: 1, after: place - 1n })).messages;
    const isThere = message?.place === place;
    context.print(
      isThere
        ? `Would discard #${place} (${printable(message.type)}) of the key ${printable(key)}.`
        : `The key ${printable(key)} has no message #${place}.`,
    );
    return isThere ? 0 : 1;
  }
  return askAndReport(context, given, parked, () => parked.discard({ consumer, channel, key, place }, requesterOf(given)));
}
