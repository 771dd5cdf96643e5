import { CLOCK, type Clock, MESSAGE_REGISTRY, type MessageRegistry, SERVICE_NAME, SystemClock, UNIT_COMMITTER } from '@minos/common';
import { CHECKPOINT_STORE, type CheckpointStore, EVENT_STORE, type EventStore, UPCASTERS, type Upcasters } from '@minos/event-sourcing';
import { EventSubscriptions } from '@minos/event-sourcing/module';
import { CHANGE_WRITERS, DATABASE, MIGRATION_MODE } from '@minos/postgres';
import { Inject, Injectable, type OnModuleInit, Optional, type Provider } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ConsistencyMiddleware } from '../consistency/consistency.middleware.js';
import { ReadConsistency } from '../consistency/read-consistency.js';
import type { ViewStore } from '../contracts/view-store.js';
import { ProjectionStorageMissingError } from '../errors/projection.errors.js';
import { projectionMetadataOf } from '../projection/projection.decorator.js';
import { Projections } from '../projection/projections.js';
import { openViewStorage, type ViewStorageParts } from '../projection/view-storage.js';
import { Views } from '../view/views.js';
import { bindProjections, type FoundProjection } from './projection.binder.js';
import { VIEW_STORE } from '../tokens.js';

const optional = (token: symbol): { token: symbol; optional: true } => ({ token, optional: true });

type Parts = [
  committer: ViewStorageParts['committer'],
  database: ViewStorageParts['database'],
  writers: ViewStorageParts['writers'],
  migrations: ViewStorageParts['migrations'],
];

/** Finds the projections of the application and lets them run once it has started. */
@Injectable()
class ProjectionBinder implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly views: Views,
    private readonly projections: Projections,
    @Optional() @Inject(VIEW_STORE) private readonly store?: ViewStore,
    @Optional() @Inject(MESSAGE_REGISTRY) private readonly registry?: MessageRegistry,
    @Optional() @Inject(UPCASTERS) private readonly upcasters?: Upcasters,
    @Optional() private readonly subscriptions?: EventSubscriptions,
  ) {}

  /** Rejects with what `bindProjections` does, and `PROJECTION_STORAGE_MISSING`. */
  async onModuleInit(): Promise<void> {
    const found = this.explore();
    if (found.length === 0) return;
    const { store, registry, upcasters, subscriptions, views, projections } = this;
    if (store === undefined || registry === undefined || upcasters === undefined || subscriptions === undefined)
      throw new ProjectionStorageMissingError(found.map(({ type }) => type.name));
    await bindProjections(found, { store, registry, upcasters, subscriptions, views, projections });
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
    provide: VIEW_STORE,
    useFactory: (...[committer, database, writers, migrations]: Parts) => openViewStorage({ committer, database, writers, migrations }),
    inject: [UNIT_COMMITTER, DATABASE, CHANGE_WRITERS, MIGRATION_MODE].map(optional),
  },
  { provide: Views, useFactory: (store?: ViewStore) => new Views(store as ViewStore), inject: [optional(VIEW_STORE)] },
  {
    provide: Projections,
    useFactory: (service: string = '', store?: EventStore, checkpoints?: CheckpointStore, clock?: Clock) =>
      new Projections({
        service,
        store: store as EventStore,
        checkpoints: checkpoints as CheckpointStore,
        clock: clock ?? new SystemClock(),
      }),
    inject: [SERVICE_NAME, EVENT_STORE, CHECKPOINT_STORE, CLOCK].map(optional),
  },
  { provide: ReadConsistency, useFactory: (projections: Projections) => new ReadConsistency(projections), inject: [Projections] },
  ConsistencyMiddleware,
  ProjectionBinder,
];
