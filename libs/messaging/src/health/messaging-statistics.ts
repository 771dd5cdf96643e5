import { type MetricDefinition, type MetricSample, MetricSource } from '@minos/common';
import type { InboxPurgeStatus } from '../inbox/inbox-purge.js';
import type { ConsumerObservation } from './consumer-observation.js';
import type { MessagingWatch } from './messaging-watch.js';
import type { Sample } from './sample.js';

interface Family extends MetricDefinition {
  read(statistics: MessagingStatistics): readonly MetricSample[];
}

type Values = Pick<ConsumerObservation, 'lag' | 'lagError'> & { readonly status: ReturnType<ConsumerObservation['consumer']['status']> };

const CONSUMER = ['consumer'];

/**
 * What messaging has to count, under stable names: ages in seconds, counters since the start of the process. Reading asks nobody. What the broker or the outbox has
 * not said is left out rather than shown as 0.
 */
@MetricSource()
export class MessagingStatistics implements MetricSource {
  constructor(
    readonly watch: MessagingWatch,
    readonly purge?: { status(): InboxPurgeStatus },
  ) {}

  /** All there are; fixed. */
  get definitions(): readonly MetricDefinition[] {
    return FAMILIES.map(({ name, help, kind, labels }) => ({ name, help, kind, labels }));
  }

  /** The values of one metric now; none where the name is not known. */
  read(name: string): readonly MetricSample[] {
    return FAMILIES.find((family) => family.name === name)?.read(this) ?? [];
  }
}

function ofConsumers(kind: MetricDefinition['kind'], name: string, help: string, value: (of: Values) => number | undefined): Family {
  const read = ({ watch }: MessagingStatistics): readonly MetricSample[] =>
    watch.observations().flatMap(({ consumer, lag, lagError }) => {
      const found = value({ lag, lagError, status: consumer.status() });
      return found === undefined ? [] : [{ labels: { consumer: consumer.consumer }, value: found }];
    });
  return { name, help, kind, labels: CONSUMER, read };
}

/** A gauge of something that is asked; left out while it has not answered. */
function ofSample<P>(sampleOf: (watch: MessagingWatch) => Sample<P> | undefined) {
  return (name: string, help: string, value: (progress: P) => number): Family => {
    const read = ({ watch }: MessagingStatistics): readonly MetricSample[] => {
      const sample = sampleOf(watch);
      return sample?.progress === undefined || sample.error !== undefined ? [] : [{ labels: {}, value: value(sample.progress) }];
    };
    return { name, help, kind: 'gauge', labels: [], read };
  };
}

const ofRelay = ofSample(({ relay }) => relay);
const ofSchedules = ofSample(({ schedules }) => schedules);

type Asked = NonNullable<MessagingWatch['requests']>;

function ofRequests(kind: MetricDefinition['kind'], name: string, help: string, value: (status: Asked) => number): Family {
  const read = ({ watch: { requests } }: MessagingStatistics): readonly MetricSample[] =>
    requests === undefined ? [] : [{ labels: {}, value: value(requests) }];
  return { name, help, kind, labels: [], read };
}

const FAMILIES: readonly Family[] = [
  ofSchedules('minos_schedules_pending_messages', 'Messages that leave later, up to 100000', (one) => one.pending),
  ofSchedules('minos_schedules_overdue_seconds', 'For how long the oldest message that is due waits to leave', (one) => one.overdueSeconds),
  ofRequests('gauge', 'minos_requests_outstanding', 'Requests of this process without a reply yet', (one) => one.outstanding),
  ofRequests('gauge', 'minos_requests_oldest_age_seconds', 'Age of the oldest of them', (one) => one.oldestMs / 1000),
  ofRequests('counter', 'minos_requests_late_replies_total', 'Replies that came when nobody waited any more', (one) => one.late),
  ofRelay('minos_outbox_oldest_age_seconds', 'Age of the oldest message that waits to leave the service', (one) => one.oldestSeconds),
  ofRelay('minos_outbox_unsent_messages', 'Messages that wait to leave the service, up to 100000', (one) => one.unsent),
  ofRelay('minos_outbox_refused_keys', 'Keys of which nothing leaves because the broker refused a message', (one) => one.refusedKeys),
  ofRelay('minos_relay_groups', 'Groups of keys that the relay of this process publishes, of 8', (one) => one.heldGroups.length),
  ofRelay('minos_relay_unmoved_seconds', 'Since the slowest group published something or had nothing to do', (one) => one.unmovedSeconds),
  ofConsumers(
    'gauge',
    'minos_consumer_lag_messages',
    'Messages that wait for the whole group: the same in every process of the service',
    ({ lag }) => lag?.partitions.reduce((sum, one) => sum + Number(one.lag), 0),
  ),
  ofConsumers('gauge', 'minos_consumer_lag_age_seconds', 'Age of the oldest message that waits for the whole group', ({ lag }) =>
    lag === undefined ? undefined : Math.max(0, ...lag.partitions.map((one) => one.ageSeconds)),
  ),
  ofConsumers('gauge', 'minos_consumer_partitions', 'Partitions that this process has', ({ status }) => status.partitions.length),
  ofConsumers('gauge', 'minos_consumer_in_hand_messages', 'Messages that were taken and are not passed by what is done', ({ status }) =>
    status.partitions.reduce((sum, one) => sum + one.inHand, 0),
  ),
  ofConsumers(
    'gauge',
    'minos_consumer_unmoved_seconds',
    'Since the slowest partition with messages in hand did or tried one',
    ({ status }) => Math.max(0, ...status.partitions.map((one) => one.unmovedMs / 1000)),
  ),
  ofConsumers(
    'gauge',
    'minos_consumer_parked_messages',
    'Parked messages of the consumer: the same in every process of the service',
    ({ status }) => status.parkedMessages,
  ),
  ofConsumers('gauge', 'minos_consumer_parked_keys', 'Parked keys of the partitions of this process', ({ status }) =>
    status.partitions.reduce((sum, one) => sum + one.parkedKeys, 0),
  ),
  ofConsumers(
    'gauge',
    'minos_consumer_halted_partitions',
    'Partitions that stand because no more may be parked',
    ({ status }) => status.partitions.filter((one) => one.halted !== undefined).length,
  ),
  ofConsumers(
    'gauge',
    'minos_consumer_broker_reachable',
    '1 where the broker answered when it was asked last, else 0',
    ({ lag, lagError }) => (lagError !== undefined ? 0 : lag === undefined ? undefined : 1),
  ),
  ofConsumers('counter', 'minos_consumer_handled_total', 'Messages that were handled', ({ status }) => status.counts.handled),
  ofConsumers(
    'counter',
    'minos_consumer_rejected_total',
    'Messages whose handler threw a rejection',
    ({ status }) => status.counts.rejected,
  ),
  ofConsumers(
    'counter',
    'minos_consumer_duplicates_total',
    'Messages that came again after they had been handled',
    ({ status }) => status.counts.duplicates,
  ),
  ofConsumers('counter', 'minos_consumer_ignored_total', 'Messages of types that no handler names', ({ status }) => status.counts.ignored),
  ofConsumers('counter', 'minos_consumer_parked_total', 'Messages that were parked', ({ status }) => status.counts.parked),
  {
    name: 'minos_inbox_purged_total',
    help: 'Marks of handled messages that this process deleted because of their age',
    kind: 'counter',
    labels: [],
    read: ({ purge }) => (purge === undefined ? [] : [{ labels: {}, value: purge.status().deleted }]),
  },
];
