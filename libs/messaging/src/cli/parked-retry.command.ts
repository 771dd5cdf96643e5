import { type CliCommand, Given, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import { askAndReport, WAIT_OPTIONS } from './asked.js';
import { dryRun, DRY_RUN_OPTION } from './dry-run.js';
import { demandFilter, FILTER_OPTIONS, parkedKeysOf } from './parked-filter.js';

export const PARKED_RETRY: CliCommand = {
  name: 'retry',
  summary: 'have parked keys handled again: one, those of a filter, or all',
  options: {
    ...FILTER_OPTIONS,
    all: { type: 'boolean', help: 'every parked key of the service' },
    ...DRY_RUN_OPTION,
    ...REQUESTER_OPTIONS,
    ...WAIT_OPTIONS,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const filter = demandFilter(given, 'retry');
    const requester = requesterOf(given);
    const parked = parkedKeysOf(context);
    if (given.flag('dry-run')) return dryRun(context, given, { verb: 'retry', parked, filter });
    return askAndReport(context, given, parked, () => parked.retry(filter, requester));
  },
};
