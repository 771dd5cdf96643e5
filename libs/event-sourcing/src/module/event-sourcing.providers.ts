import { CLOCK, type Clock, LEASES, type Leases, MESSAGE_REGISTRY, SystemClock, UNIT_COMMITTER, UNIT_OF_WORK } from '@minos/common';
import { CHANGE_WRITERS, COMMIT_HINTS, DATABASE, MIGRATION_MODE } from '@minos/postgres';
import type { Provider } from '@nestjs/common';
import { EventSerializer } from '../serializer/event-serializer.js';
import { CHECKPOINT_STORE, EVENT_FEED, EVENT_SERIALIZER, EVENT_STORE, SNAPSHOT_STORE, UPCASTERS } from '../tokens.js';
import { AggregateRepositories } from './aggregate-repositories.js';
import { EVENT_SOURCING_OPTIONS, type EventSourcingModuleOptions } from './event-sourcing.module-definition.js';
import { type EventStorage, openEventStorage, type StorageParts } from './event-storage.js';
import { EventSubscriptions } from './event-subscriptions.js';
import { FeatureExplorer } from './feature.explorer.js';
import { bindFeatures, type BoundFeatures } from './feature.registrar.js';

/** The opened storage of events. */
const EVENT_STORAGE = Symbol.for('@minos/event-sourcing/storage');
const BOUND_FEATURES = Symbol.for('@minos/event-sourcing/bound-features');

type PartsInOrder = [
  committer: StorageParts['committer'],
  unitOfWork: StorageParts['unitOfWork'],
  database: StorageParts['database'],
  writers: StorageParts['writers'],
  migrations: StorageParts['migrations'],
  hints: StorageParts['hints'],
  clock: StorageParts['clock'],
];

const optional = (token: symbol): { token: symbol; optional: true } => ({ token, optional: true });
const part = (provide: symbol, pick: (storage: EventStorage) => unknown): Provider => ({
  provide,
  useFactory: pick,
  inject: [EVENT_STORAGE],
});

const STORAGE: Provider = {
  provide: EVENT_STORAGE,
  useFactory: (
    { storage }: EventSourcingModuleOptions,
    ...[committer, unitOfWork, database, writers, migrations, hints, clock]: PartsInOrder
  ) => openEventStorage({ committer, unitOfWork, database, writers, migrations, hints, clock }, storage),
  inject: [
    EVENT_SOURCING_OPTIONS,
    ...[UNIT_COMMITTER, UNIT_OF_WORK, DATABASE, CHANGE_WRITERS, MIGRATION_MODE, COMMIT_HINTS, CLOCK].map(optional),
  ],
};

const FEATURES: Provider[] = [
  FeatureExplorer,
  { provide: BOUND_FEATURES, useFactory: (explorer: FeatureExplorer) => bindFeatures(explorer.explore()), inject: [FeatureExplorer] },
  { provide: MESSAGE_REGISTRY, useFactory: (bound: BoundFeatures) => bound.registry, inject: [BOUND_FEATURES] },
  { provide: UPCASTERS, useFactory: (bound: BoundFeatures) => bound.upcasters, inject: [BOUND_FEATURES] },
  {
    provide: EVENT_SERIALIZER,
    useFactory: ({ registry, upcasters }: BoundFeatures) => new EventSerializer({ registry, upcasters }),
    inject: [BOUND_FEATURES],
  },
];

/** What the module provides: the storage under its tokens, the messages of the application, the repositories. */
export const EVENT_SOURCING_PROVIDERS: Provider[] = [
  STORAGE,
  ...FEATURES,
  part(EVENT_STORE, (storage) => storage.store),
  part(EVENT_FEED, (storage) => storage.feed),
  part(SNAPSHOT_STORE, (storage) => storage.snapshots),
  part(CHECKPOINT_STORE, (storage) => storage.checkpoints),
  {
    provide: AggregateRepositories,
    useFactory: (storage: EventStorage, serializer: EventSerializer, clock: Clock = new SystemClock()) =>
      new AggregateRepositories({ storage, serializer, unitOfWork: storage.unitOfWork, clock }),
    inject: [EVENT_STORAGE, EVENT_SERIALIZER, optional(CLOCK)],
  },
  {
    provide: EventSubscriptions,
    useFactory: (storage: EventStorage, serializer: EventSerializer, leases?: Leases, clock: Clock = new SystemClock()) =>
      new EventSubscriptions({ storage, serializer, unitOfWork: storage.unitOfWork, leases, clock }),
    inject: [EVENT_STORAGE, EVENT_SERIALIZER, optional(LEASES), optional(CLOCK)],
  },
];

export const EVENT_SOURCING_EXPORTS = [
  EVENT_STORE,
  EVENT_FEED,
  SNAPSHOT_STORE,
  CHECKPOINT_STORE,
  EVENT_SERIALIZER,
  UPCASTERS,
  MESSAGE_REGISTRY,
  AggregateRepositories,
  EventSubscriptions,
  FeatureExplorer,
];
