import { type CliCommand, CliUsageError, Given, JSON_OPTION, printable, table, toJson } from '@minos/postgres';
import type { SagaStatus } from '../contracts/saga-instance.js';
import type { SagaFilter } from '../contracts/saga-store.js';
import type { SagaView } from '../operations/saga-views.js';
import { ageText, timed, waitText } from './saga-texts.js';
import { sagaOperationsOf } from './sagas-in.js';

const STATUSES: readonly SagaStatus[] = ['running', 'compensating', 'parked', 'completed', 'compensated'];

export const SAGAS_LIST: CliCommand = {
  name: 'list',
  summary: 'list instances with status, age, step and what they wait for; the newest first',
  options: {
    saga: { type: 'string', value: 'name', help: 'instances of this saga' },
    status: { type: 'string', value: 'status', help: `those that are ${STATUSES.join(', ')}` },
    key: { type: 'string', value: 'key', help: 'those with this business key' },
    tenant: { type: 'string', value: 'tenant', help: 'those of this tenant' },
    older: { type: 'string', value: 'duration', help: 'those that began longer ago than this, such as 10m' },
    limit: { type: 'string', value: 'number', help: 'so many at the most (50)' },
    after: { type: 'string', value: 'page', help: 'the page behind another one, which says how to go on' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const after = given.text('after');
    const page = { limit: given.count('limit', { fallback: 50, max: 1_000 }), ...(after === undefined ? {} : { after }) };
    const found = await sagaOperationsOf(context).list(filterOf(given), page);
    if (given.flag('json')) context.print(toJson(timed(found)));
    else if (found.sagas.length === 0) context.print('There is no saga that fits.');
    else {
      table(['ID', 'SAGA', 'KEY', 'STATUS', 'AGE', 'STEP', 'WAITS FOR'], found.sagas.map(rowOf)).forEach(context.print);
      if (found.next !== undefined) context.print(`There are more: --after ${found.next} goes on.`);
    }
    return 0;
  },
};

function filterOf(given: Given): SagaFilter {
  const status = given.text('status');
  if (status !== undefined && !STATUSES.includes(status as SagaStatus)) {
    throw new CliUsageError(`--status is "${status}": give one of ${STATUSES.join(', ')}.`);
  }
  const texts = { name: given.text('saga'), status, key: given.text('key'), tenant: given.text('tenant') };
  const older = given.text('older') === undefined ? {} : { olderThanMs: given.milliseconds('older', 0) };
  return { ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)), ...older };
}

function rowOf(view: SagaView): string[] {
  const { id, name, version, key = '', status, startedAt, endedAt, waits, phase, parked } = view;
  const steps = [...new Set(waits.map(({ step }) => printable(step)))].join(', ');
  const state = parked === undefined ? status : `${status} (${phase})`;
  return [
    ...[id, `${printable(name)} v${version}`, printable(key), state, ageText((endedAt ?? Date.now()) - startedAt), steps],
    waits[0] === undefined ? '' : `${waitText(waits[0])}${waits.length > 1 ? `, and ${waits.length - 1} more` : ''}`,
  ];
}
