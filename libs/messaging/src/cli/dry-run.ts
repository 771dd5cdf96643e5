import { type CliContext, type CliOption, type Given, toJson } from '@minos/postgres';
import type { ParkedFilter } from '../contracts/parked-store.js';
import type { ParkedKeys } from '../parked/parked-keys.js';
import { keysTable, totalsText } from './parked-list.command.js';
import { summaryJson } from './to-json.js';

const SHOWN = 50;

export const DRY_RUN_OPTION: Readonly<Record<string, CliOption>> = {
  'dry-run': { type: 'boolean', help: 'say what would be concerned, and do nothing' },
};

/** What a request with this filter would concern now. */
export async function dryRun(
  context: CliContext,
  given: Given,
  { verb, parked, filter }: { readonly verb: string; readonly parked: ParkedKeys; readonly filter: ParkedFilter },
): Promise<number> {
  const keys = await parked.list(filter, { limit: SHOWN });
  const totals = await parked.totals(filter);
  if (given.flag('json')) {
    context.print(toJson({ dryRun: true, keys: keys.map(summaryJson), totals }));
    return 0;
  }
  keysTable(keys).forEach(context.print);
  context.print(totals.keys === 0 ? `No key is parked that fits; nothing to ${verb}.` : `Would ${verb} ${totalsText(totals)}.`);
  return 0;
}
