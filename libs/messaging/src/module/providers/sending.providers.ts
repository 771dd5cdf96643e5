import { CLOCK, type Clock, type MessageRegistry } from '@minos/common';
import { COMMIT_HINTS, type CommitHintSource } from '@minos/postgres';
import type { Provider } from '@nestjs/common';
import type { Broker } from '../../contracts/broker.js';
import { Outbox } from '../../outbox/outbox.js';
import { RefusedKeys } from '../../outbox/refused-keys.js';
import { OutboxRelay } from '../../relay/outbox-relay.js';
import { Requests } from '../../request/requests.js';
import { ScheduleRunner } from '../../schedule/schedule-runner.js';
import { Schedules } from '../../schedule/schedules.js';
import { Messages } from '../../send/messages.js';
import { AskedOwners } from '../../trust/asked-owners.js';
import type { MessagingSettings } from '../messaging.options.js';
import type { MessagingStorage } from '../messaging-storage.js';
import type { ServiceTrust } from '../open-trust.js';
import { BROKER, KNOWN_MESSAGES, MESSAGING_SETTINGS, MESSAGING_STORAGE, SERVICE_TRUST } from '../tokens.js';
import { clockOr, optional } from './optional.js';

type RelayInOrder = [
  settings: MessagingSettings,
  storage: MessagingStorage,
  broker: Broker,
  hints: CommitHintSource | undefined,
  clock: Clock | undefined,
];

type RequestsInOrder = [
  settings: MessagingSettings,
  storage: MessagingStorage,
  broker: Broker,
  trust: ServiceTrust,
  outbox: Outbox,
  registry: MessageRegistry,
  owners: AskedOwners,
  clock: Clock | undefined,
];

type SchedulesInOrder = [
  settings: MessagingSettings,
  storage: MessagingStorage,
  outbox: Outbox,
  runner: ScheduleRunner,
  registry: MessageRegistry,
];

/** What leaves the service: at once, later, or as a question. */
export const SENDING_PROVIDERS: Provider[] = [
  {
    provide: OutboxRelay,
    useFactory: (...[{ relay: options }, { outbox, leases }, broker, hints, clock]: RelayInOrder) => {
      const relay = new OutboxRelay({ store: outbox, broker, leases, clock: clockOr(clock) }, options);
      hints?.onHint(() => relay.committed());
      return relay;
    },
    inject: [MESSAGING_SETTINGS, MESSAGING_STORAGE, BROKER, optional(COMMIT_HINTS), optional(CLOCK)],
  },
  {
    provide: Outbox,
    useFactory: ({ service, maxMessageBytes }: MessagingSettings, relay: OutboxRelay, clock?: Clock) =>
      new Outbox({ source: service, clock: clockOr(clock), maxBytes: maxMessageBytes, onStored: (slot) => relay.hint(slot) }),
    inject: [MESSAGING_SETTINGS, OutboxRelay, optional(CLOCK)],
  },
  {
    provide: Messages,
    useFactory: ({ service }: MessagingSettings, outbox: Outbox, { unitOfWork }: MessagingStorage, registry: MessageRegistry) =>
      new Messages({ service, outbox, unitOfWork, registry }),
    inject: [MESSAGING_SETTINGS, Outbox, MESSAGING_STORAGE, KNOWN_MESSAGES],
  },
  {
    provide: Requests,
    useFactory: (...[settings, { unitOfWork, leases }, broker, { trust }, outbox, registry, owners, clock]: RequestsInOrder) =>
      new Requests(
        { partitions: settings.channels.partitions, ...settings.requests, service: settings.service },
        { broker, outbox, unitOfWork, leases, registry, clock: clockOr(clock), trust, owners },
      ),
    inject: [MESSAGING_SETTINGS, MESSAGING_STORAGE, BROKER, SERVICE_TRUST, Outbox, KNOWN_MESSAGES, AskedOwners, optional(CLOCK)],
  },
  {
    provide: ScheduleRunner,
    useFactory: ({ schedules }: MessagingSettings, storage: MessagingStorage, relay: OutboxRelay, clock?: Clock) =>
      new ScheduleRunner(
        { store: storage.schedules, clock: clockOr(clock), onMoved: (slots) => slots.forEach((slot) => relay.hint(slot)) },
        schedules,
      ),
    inject: [MESSAGING_SETTINGS, MESSAGING_STORAGE, OutboxRelay, optional(CLOCK)],
  },
  {
    provide: Schedules,
    useFactory: (...[{ service }, { unitOfWork, schedules: store }, outbox, runner, registry]: SchedulesInOrder) =>
      new Schedules({ service, outbox, unitOfWork, registry, store, onScheduled: (due) => runner.hint(due) }),
    inject: [MESSAGING_SETTINGS, MESSAGING_STORAGE, Outbox, ScheduleRunner, KNOWN_MESSAGES],
  },
  { provide: RefusedKeys, useFactory: ({ outbox }: MessagingStorage) => new RefusedKeys(outbox), inject: [MESSAGING_STORAGE] },
];
