import { type MetricDefinition, type MetricSample, MetricSource } from '@minos/common';
import type { SagaCounts } from '../contracts/saga-store.js';
import type { SagaRunnerStatus } from '../engine/saga-runner.js';
import type { ObserveDuration, SagaOccasion, SagaTally } from './saga-tally.js';
import type { SagaWatch } from './saga-watch.js';

interface Family extends MetricDefinition {
  read(statistics: SagaStatistics): readonly MetricSample[];
}

const STATUSES = ['running', 'compensating', 'parked'] as const;
const SAGA = ['saga'];

/**
 * What sagas have to count, under stable names: live instances of the whole service as the store counted them last, ages in seconds, counters of this process since its start.
 * Reading asks nobody. What the store has not said is left out rather than shown as 0.
 */
@MetricSource()
export class SagaStatistics implements MetricSource {
  constructor(
    readonly watch: SagaWatch,
    readonly tally: SagaTally,
    /** Names of the sagas that this process carries. */
    readonly names: () => readonly string[],
  ) {}

  /** All there are; none in a process that carries no saga. */
  get definitions(): readonly MetricDefinition[] {
    if (this.names().length === 0) return [];
    return FAMILIES.map(({ name, help, kind, labels }) => ({ name, help, kind, labels }));
  }

  /** The values of one metric now; none where the name is not known. */
  read(name: string): readonly MetricSample[] {
    return FAMILIES.find((family) => family.name === name)?.read(this) ?? [];
  }

  /** From now on hears how long instances took that ended in this process. */
  onEnded(observe: ObserveDuration): void {
    this.tally.onEnded(observe);
  }
}

function counter(name: string, help: string, occasion: SagaOccasion): Family {
  const read = ({ tally, names }: SagaStatistics): readonly MetricSample[] => {
    for (const saga of names()) tally.know(saga);
    return tally.read(occasion).map(({ saga, value }) => ({ labels: { saga }, value }));
  };
  return { name, help, kind: 'counter', labels: SAGA, read };
}

/** Of every saga that is carried, and of others that have live instances. */
function counted(samples: (counts: SagaCounts) => readonly MetricSample[]): Family['read'] {
  return ({ watch: { counts }, names }) => {
    if (counts === undefined) return [];
    const none = names().filter((name) => !counts.some((one) => one.name === name));
    const zeros = none.map((name): SagaCounts => ({ name, running: 0, compensating: 0, parked: 0, oldestSeconds: 0 }));
    return [...counts, ...zeros].flatMap(samples);
  };
}

function known(name: string, help: string, value: (status: SagaRunnerStatus) => number): Family {
  const read = ({ watch: { status, error } }: SagaStatistics): readonly MetricSample[] =>
    status === undefined || error !== undefined ? [] : [{ labels: {}, value: value(status) }];
  return { name, help, kind: 'gauge', labels: [], read };
}

const FAMILIES: readonly Family[] = [
  {
    name: 'minos_saga_instances',
    help: 'Instances that have not ended, of all processes of the service, up to 100000',
    kind: 'gauge',
    labels: ['saga', 'status'],
    read: counted((counts) => STATUSES.map((status) => ({ labels: { saga: counts.name, status }, value: counts[status] }))),
  },
  {
    name: 'minos_saga_oldest_seconds',
    help: 'Age of the oldest instance that has not ended; of more than 20000 some are looked at',
    kind: 'gauge',
    labels: SAGA,
    read: counted(({ name, oldestSeconds }) => [{ labels: { saga: name }, value: oldestSeconds }]),
  },
  known('minos_saga_overdue_seconds', 'For how long the instance waits that is due the longest', ({ overdueSeconds }) => overdueSeconds),
  counter('minos_saga_started_total', 'Instances that began in this process', 'started'),
  counter('minos_saga_completed_total', 'Instances that completed in this process', 'completed'),
  counter('minos_saga_compensated_total', 'Instances that were compensated in this process', 'compensated'),
  counter('minos_saga_parked_total', 'Times that this process left an instance to an operator', 'parked'),
];
