import {
  CLOCK,
  type Clock,
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
import { Inject, Injectable, type OnModuleInit, Optional, type Provider } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { ViewStore } from '../contracts/view-store.js';
import { queryableMetadataOf } from '../current-state/queryable-metadata.js';
import { ProjectionStorageMissingError } from '../errors/projection.errors.js';
import { projectionMetadataOf } from '../projection/projection.decorator.js';
import { ProjectionResources } from '../projection/projection-resources.js';
import { Projections } from '../projection/projections.js';
import { openViewStorage, type ViewStorageParts } from '../projection/view-storage.js';
import { Views } from '../view/views.js';
import { bindProjections, type FoundProjection, type ProjectionPorts } from './projection.binder.js';
import { VIEW_STORE } from '../tokens.js';

const optional = (token: symbol): { token: symbol; optional: true } => ({ token, optional: true });

type Parts = [
  committer: ViewStorageParts['committer'],
  database: ViewStorageParts['database'],
  writers: ViewStorageParts['writers'],
  migrations: ViewStorageParts['migrations'],
  unitOfWork: ViewStorageParts['unitOfWork'],
  events: ViewStorageParts['events'],
];

/** Finds the projections of the application and lets them run once it has started. */
@Injectable()
class ProjectionBinder implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly views: Views,
    private readonly projections: Projections,
    private readonly resources: ProjectionResources,
    @Optional() @Inject(VIEW_STORE) private readonly store?: ViewStore,
    @Optional() @Inject(MESSAGE_REGISTRY) private readonly registry?: MessageRegistry,
    @Optional() @Inject(UPCASTERS) private readonly upcasters?: Upcasters,
    @Optional() private readonly subscriptions?: EventSubscriptions,
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

  private ports(names: readonly string[]): ProjectionPorts {
    const { store, registry, upcasters, subscriptions, checkpoints, events, serializer, database, views, projections, resources } = this;
    if (!store || !registry || !upcasters || !subscriptions || !checkpoints || !events || !serializer)
      throw new ProjectionStorageMissingError(names);
    return { store, registry, upcasters, subscriptions, checkpoints, events, serializer, database, views, projections, resources };
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
    useFactory: (...[committer, database, writers, migrations, unitOfWork, events]: Parts) =>
      openViewStorage({ committer, database, writers, migrations, unitOfWork, events }),
    inject: [UNIT_COMMITTER, DATABASE, CHANGE_WRITERS, MIGRATION_MODE, UNIT_OF_WORK, EVENT_STORE].map(optional),
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
  ProjectionResources,
  ProjectionBinder,
];
