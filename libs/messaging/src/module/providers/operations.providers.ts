import { CLOCK, type Clock } from '@minos/common';
import type { Provider } from '@nestjs/common';
import { ChannelsProbe } from '../../health/channels.probe.js';
import { ConsumersProbe } from '../../health/consumers.probe.js';
import { MessagingStatistics } from '../../health/messaging-statistics.js';
import { MessagingWatch } from '../../health/messaging-watch.js';
import { RelayProbe } from '../../health/relay.probe.js';
import { RequestsProbe } from '../../health/requests.probe.js';
import { SchedulesProbe } from '../../health/schedules.probe.js';
import { InboxPurge } from '../../inbox/inbox-purge.js';
import { OutboxRelay } from '../../relay/outbox-relay.js';
import { Requests } from '../../request/requests.js';
import { ScheduleRunner } from '../../schedule/schedule-runner.js';
import { ChannelKeeper } from '../channel-keeper.js';
import { Consumers } from '../consumers.js';
import { KeptChannels } from '../kept-channels.js';
import type { MessagingSettings } from '../messaging.options.js';
import type { MessagingStorage } from '../messaging-storage.js';
import type { OpenedBroker } from '../open-broker.js';
import { MESSAGING_SETTINGS, MESSAGING_STORAGE, OPENED_BROKER } from '../tokens.js';
import { clockOr, optional } from './optional.js';

type WatchInOrder = [
  settings: MessagingSettings,
  opened: OpenedBroker,
  consumers: Consumers,
  relay: OutboxRelay,
  schedules: ScheduleRunner,
  requests: Requests,
  clock: Clock | undefined,
];

/** Health, statistics and upkeep. */
export const OPERATIONS_PROVIDERS: Provider[] = [
  {
    provide: KeptChannels,
    useFactory: ({ broker }: OpenedBroker, consumers: Consumers) => new KeptChannels(broker, consumers),
    inject: [OPENED_BROKER, Consumers],
  },
  {
    provide: InboxPurge,
    useFactory: ({ inbox }: MessagingSettings, storage: MessagingStorage, kept: KeptChannels, clock?: Clock) =>
      new InboxPurge(
        { inbox: storage.inbox, leases: storage.leases, clock: clockOr(clock), endless: () => kept.endlessConsumers() },
        inbox,
      ),
    inject: [MESSAGING_SETTINGS, MESSAGING_STORAGE, KeptChannels, optional(CLOCK)],
  },
  {
    provide: MessagingWatch,
    useFactory: (...[{ health, run }, { broker }, consumers, relay, schedules, requests, clock]: WatchInOrder) =>
      new MessagingWatch(
        { broker, clock: clockOr(clock), consumers: () => consumers.all(), requests, ...(run ? { relay, schedules } : {}) },
        health,
      ),
    inject: [MESSAGING_SETTINGS, OPENED_BROKER, Consumers, OutboxRelay, ScheduleRunner, Requests, optional(CLOCK)],
  },
  {
    provide: MessagingStatistics,
    useFactory: (watch: MessagingWatch, purge: InboxPurge) => new MessagingStatistics(watch, purge),
    inject: [MessagingWatch, InboxPurge],
  },
  { provide: ChannelsProbe, useFactory: (channels: ChannelKeeper) => new ChannelsProbe(channels), inject: [ChannelKeeper] },
  { provide: ConsumersProbe, useFactory: (watch: MessagingWatch) => new ConsumersProbe(watch), inject: [MessagingWatch] },
  { provide: RelayProbe, useFactory: (watch: MessagingWatch) => new RelayProbe(watch), inject: [MessagingWatch] },
  { provide: SchedulesProbe, useFactory: (watch: MessagingWatch) => new SchedulesProbe(watch), inject: [MessagingWatch] },
  { provide: RequestsProbe, useFactory: (watch: MessagingWatch) => new RequestsProbe(watch), inject: [MessagingWatch] },
];
