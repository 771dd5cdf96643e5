import {
  CLOCK,
  type Clock,
  CRASH_POINTS,
  MESSAGE_REGISTRY,
  type MessageRegistry,
  SERVICE_NAME,
  SystemClock,
  UNIT_COMMITTER,
} from '@minos/common';
import { CHECKPOINT_STORE, type CheckpointStore, UPCASTERS, type Upcasters } from '@minos/event-sourcing';
import { EventSubscriptions } from '@minos/event-sourcing/module';
import { CHANGE_WRITERS, DATABASE, MIGRATION_MODE } from '@minos/postgres';
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
import { ProjectionStorageMissingError } from '../errors/projection.errors.js';
import { projectionMetadataOf } from '../projection/projection.decorator.js';
import { Projections } from '../projection/projections.js';
import { openViewStorage, type ViewStorage, type ViewStorageParts } from '../projection/view-storage.js';
import { ProjectionSources } from '../remote-feed/projection-sources.js';
import { Views } from '../view/views.js';
import { bindProjections, type FoundProjection } from './projection.binder.js';
import { VIEW_STORE } from '../tokens.js';

const optional = (token: symbol): { token: symbol; optional: true } => ({ token, optional: true });

type Parts = [
  committer: ViewStorageParts['committer'],
  database: ViewStorageParts['database'],
  writers: ViewStorageParts['writers'],
  migrations: ViewStorageParts['migrations'],
  checkpoints: ViewStorageParts['checkpoints'],
  crashPoints: ViewStorageParts['crashPoints'],
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
    @Optional() @Inject(VIEW_STORE) private readonly store?: ViewStore,
    @Optional() @Inject(VIEW_STORAGE) private readonly storage?: ViewStorage,
    @Optional() @Inject(MESSAGE_REGISTRY) private readonly registry?: MessageRegistry,
    @Optional() @Inject(UPCASTERS) private readonly upcasters?: Upcasters,
    @Optional() private readonly subscriptions?: EventSubscriptions,
    @Optional() @Inject(CLOCK) private readonly clock: Clock = new SystemClock(),
  ) {}

  /** Rejects with what `bindProjections` does, and `PROJECTION_STORAGE_MISSING`. */
  async onModuleInit(): Promise<void> {
    const found = this.explore();
    if (found.length === 0) return;
    const { store, storage, registry, upcasters, subscriptions, views, projections, sources, clock } = this;
    if (store === undefined || storage === undefined || registry === undefined || upcasters === undefined || subscriptions === undefined)
      throw new ProjectionStorageMissingError(found.map(({ type }) => type.name));
    await bindProjections(found, {
      store,
      journal: storage.journal,
      clock,
      registry,
      upcasters,
      subscriptions,
      views,
      projections,
      sources,
    });
  }

  onApplicationBootstrap(): void {
    this.projections.start();
  }

  /** Before subscriptions and storage close. */
  onModuleDestroy(): Promise<void> {
    return this.projections.close();
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
    useFactory: (...[committer, database, writers, migrations, checkpoints, crashPoints, clock = new SystemClock()]: Parts) =>
      openViewStorage({ committer, database, writers, migrations, checkpoints, crashPoints, clock }),
    inject: [UNIT_COMMITTER, DATABASE, CHANGE_WRITERS, MIGRATION_MODE, CHECKPOINT_STORE, CRASH_POINTS, CLOCK].map(optional),
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
  { provide: ReadConsistency, useFactory: (projections: Projections) => new ReadConsistency(projections), inject: [Projections] },
  ConsistencyMiddleware,
  ProjectionBinder,
];
