import { type CliContext, type CliOption, counted, type Given, JSON_OPTION, printable, table, toJson } from '@minos/postgres';
import type { ParkedAction } from '../contracts/parked-store.js';
import type { ParkedKeys } from '../parked/parked-keys.js';
import { outcomeText } from './parked-audit.command.js';
import { actionJson } from './to-json.js';

const WAIT_MS = 60_000;
const SHOWN = 50;

export const WAIT_OPTIONS: Readonly<Record<string, CliOption>> = {
  wait: { type: 'boolean', help: 'wait until it has ended; exits with 1 where it did not end well' },
  within: { type: 'string', value: 'duration', help: 'wait so long at the most (60s)' },
  ...JSON_OPTION,
};

/** Asks, and says who will do it; with `--wait` how it ended. Returns the exit code. */
export async function askAndReport(
  context: CliContext,
  given: Given,
  parked: ParkedKeys,
  ask: () => Promise<readonly bigint[]>,
): Promise<number> {
  const waits = given.flag('wait');
  const within = given.milliseconds('within', WAIT_MS);
  const ids = await ask();
  const actions = await parked.outcomes(ids, 0);
  const consumers = [...new Set(actions.map(({ consumer }) => consumer))].join(', ');
  const isJson = given.flag('json');
  if (!isJson) context.print(`Asked (${counted(ids.length, 'action')}); a running consumer of ${consumers} will do it.`);
  const last = waits ? await parked.outcomes(ids, within) : actions;
  if (isJson) context.print(toJson({ actions: last.map(actionJson) }));
  else if (waits) outcomes(last, consumers).forEach(context.print);
  return waits && !last.every(isWell) ? 1 : 0;
}

/** What is gone was drained or discarded meanwhile: there is nothing left to retry or discard, but an edit did not happen. */
function isWell({ action, ended }: ParkedAction): boolean {
  return ended?.outcome === 'done' || (ended?.outcome === 'gone' && action !== 'edit');
}

function outcomes(actions: readonly ParkedAction[], consumers: string): string[] {
  const open = actions.filter(({ ended }) => ended === undefined);
  const shown = actions.slice(0, SHOWN);
  const rows = shown.map((one) => [
    ...[String(one.id), one.place === undefined ? one.action : `${one.action} #${one.place}`],
    ...[one.consumer, one.channel, printable(one.key), outcomeText(one)],
  ]);
  return [
    ...table(['ACTION', 'WHAT', 'CONSUMER', 'CHANNEL', 'KEY', 'OUTCOME'], rows),
    ...(actions.length > SHOWN ? [`${actions.length - SHOWN} others are not shown; "minos parked audit" lists them.`] : []),
    ...(open.length > 0 ? [`${counted(open.length, 'action')} did not end in time: is a consumer of ${consumers} running?`] : []),
  ];
}
