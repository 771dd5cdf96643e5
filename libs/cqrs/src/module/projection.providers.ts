import {
  CLOCK,
  type Clock,
  CRASH_POINTS,
  MESSAGE_REGISTRY,
  type MessageRegistry,
  SERVICE_NAME,
  SystemClock,
  UNIT_COMMITTER,
  UNIT_OF_WORK,
} from '@minos/common';
import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  EVENT_SERIALIZER,
  EVENT_STORE,
  type EventSerializer,
  type EventStore,
  UPCASTERS,
  type Upcasters,
} from '@minos/event-sourcing';
import { EventSubscriptions, FeatureExplorer } from '@minos/event-sourcing/module';
import { CHANGE_WRITERS, DATABASE, type Database, MIGRATION_MODE } from '@minos/postgres';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
  Optional,
  type Provider,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ConsistencyMiddleware } from '../consistency/consistency.middleware.js';
import { ReadConsistency } from '../consistency/read-consistency.js';
import type { ViewStore } from '../contracts/view-store.js';
import { queryableMetadataOf } from '../current-state/queryable-metadata.js';
import { ProjectionStorageMissingError } from '../errors/projection.errors.js';
import { projectionMetadataOf } from '../projection/projection.decorator.js';
import { ProjectionResources } from '../projection/projection-resources.js';
import { Projections } from '../projection/projections.js';
import { openViewStorage, type ViewStorage, type ViewStorageParts } from '../projection/view-storage.js';
import { ProjectionSources } from '../remote-feed/projection-sources.js';
import { Views } from '../view/views.js';
import { bindProjections, type FoundProjection, type ProjectionPorts } from './projection.binder.js';
import { VIEW_STORE } from '../tokens.js';

const optional = (token: symbol): { token: symbol; optional: true } => ({ token, optional: true });

type Parts = [
  committer: ViewStorageParts['committer'],
  database: ViewStorageParts['database'],
  writers: ViewStorageParts['writers'],
  migrations: ViewStorageParts['migrations'],
  checkpoints: ViewStorageParts['checkpoints'],
  crashPoints: ViewStorageParts['crashPoints'],
  unitOfWork: ViewStorageParts['unitOfWork'],
  events: ViewStorageParts['events'],
  clock: Clock | undefined,
];

type ServiceParts = [storage: ViewStorage | undefined, service: string | undefined, checkpoints: CheckpointStore, clock: Clock | undefined];

/** Where views are kept with what belongs to it; nothing where there is no storage. */
const VIEW_STORAGE = Symbol.for('@minos/cqrs/view-storage');

/** Finds the projections of the application and lets them run once it has started. */
@Injectable()
class ProjectionBinder implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly views: Views,
    private readonly projections: Projections,
    private readonly sources: ProjectionSources,
    private readonly resources: ProjectionResources,
    @Optional() @Inject(VIEW_STORE) private readonly store?: ViewStore,
    @Optional() @Inject(VIEW_STORAGE) private readonly storage?: ViewStorage,
    @Optional() @Inject(MESSAGE_REGISTRY) private readonly registry?: MessageRegistry,
    @Optional() @Inject(UPCASTERS) private readonly upcasters?: Upcasters,
    @Optional() private readonly subscriptions?: EventSubscriptions,
    @Optional() @Inject(CLOCK) private readonly clock: Clock = new SystemClock(),
    @Optional() @Inject(CHECKPOINT_STORE) private readonly checkpoints?: CheckpointStore,
    @Optional() @Inject(EVENT_STORE) private readonly events?: EventStore,
    @Optional() @Inject(EVENT_SERIALIZER) private readonly serializer?: EventSerializer,
    @Optional() @Inject(DATABASE) private readonly database?: Database,
  ) {}

  /** Rejects with what `bindProjections` does, and `PROJECTION_STORAGE_MISSING`. */
  async onModuleInit(): Promise<void> {
    const found = this.explore();
    const queryables = new FeatureExplorer(this.discovery).explore().aggregates.filter(queryableMetadataOf);
    if (found.length + queryables.length === 0) return;
    await bindProjections(
      { found, queryables },
      this.ports([...found.map(({ type }) => type.name), ...queryables.map(({ name }) => name)]),
    );
  }

  onApplicationBootstrap(): void {
    this.projections.start();
  }

  /** Before subscriptions and storage close. */
  onModuleDestroy(): Promise<void> {
    return this.projections.close();
  }

  private ports(names: readonly string[]): ProjectionPorts {
    const { store, storage, registry, upcasters, subscriptions, checkpoints, events, serializer } = this;
    if (!store || !storage || !registry || !upcasters || !subscriptions || !checkpoints || !events || !serializer)
      throw new ProjectionStorageMissingError(names);
    const { database, views, projections, resources, sources, clock } = this;
    return {
      ...{ store, journal: storage.journal, registry, upcasters, subscriptions, checkpoints, events, serializer },
      ...{ database, views, projections, resources, sources, clock },
    };
  }

  private explore(): FoundProjection[] {
    const found = new Map<unknown, FoundProjection>();
    for (const provider of this.discovery.getProviders()) {
      const instance = provider.instance as object | null | undefined;
      const type: unknown = provider.isNotMetatype ? instance?.constructor : provider.metatype;
      if (typeof type !== 'function' || projectionMetadataOf(type) === undefined) continue;
      found.set(type, { type, instance: provider.isDependencyTreeStatic() ? (instance ?? undefined) : undefined });
    }
    return [...found.values()];
  }
}

/** Views and projections, with what is there to keep them in. */
export const PROJECTION_PROVIDERS: Provider[] = [
  {
    provide: VIEW_STORAGE,
    useFactory: (
      ...[committer, database, writers, migrations, checkpoints, crashPoints, unitOfWork, events, clock = new SystemClock()]: Parts
    ) => openViewStorage({ committer, database, writers, migrations, checkpoints, crashPoints, unitOfWork, events, clock }),
    inject: [
      ...[UNIT_COMMITTER, DATABASE, CHANGE_WRITERS, MIGRATION_MODE, CHECKPOINT_STORE, CRASH_POINTS],
      ...[UNIT_OF_WORK, EVENT_STORE, CLOCK],
    ].map(optional),
  },
  { provide: VIEW_STORE, useFactory: (storage?: ViewStorage) => storage?.views, inject: [optional(VIEW_STORAGE)] },
  { provide: Views, useFactory: (store?: ViewStore) => new Views(store as ViewStore), inject: [optional(VIEW_STORE)] },
  {
    provide: Projections,
    useFactory: (...[storage, service = '', checkpoints, clock = new SystemClock()]: ServiceParts) => {
      // Without a storage there are no projections: the start refuses those that need one.
      const { control, journal } = storage ?? ({} as ViewStorage);
      return new Projections({ service, checkpoints, clock, control, journal });
    },
    inject: [VIEW_STORAGE, SERVICE_NAME, CHECKPOINT_STORE, CLOCK].map(optional),
  },
  {
    provide: ReadConsistency,
    useFactory: (projections: Projections, clock?: Clock) => new ReadConsistency(projections, clock ?? new SystemClock()),
    inject: [Projections, optional(CLOCK)],
  },
  ConsistencyMiddleware,
  ProjectionResources,
  ProjectionBinder,
];
