import type { Clock, MessageRegistry } from '@minos/common';
import type { AggregateRoot, EventSerializer, EventStore, SubscriptionOptions, Upcasters } from '@minos/event-sourcing';
import type { EventSubscriptions } from '@minos/event-sourcing/module';
import type { Type } from '@nestjs/common';
import type { ProjectionJournal } from '../contracts/projection-journal.js';
import type { ViewStore } from '../contracts/view-store.js';
import { bindQueryable } from '../current-state/queryable-definition.js';
import { ProjectionsInvalidError, ProjectionSourceMissingError } from '../errors/projection.errors.js';
import { checkOwnTables, type OwnTablesParts } from '../projection/own-tables.js';
import { type ProjectionDefinition, projectionDefinition, rebuildDefinition, viewTables } from '../projection/projection-definition.js';
import { projectionFailure } from '../projection/projection-failure.js';
import { ProjectionHandler } from '../projection/projection-handler.js';
import { rebuildSubscriptionOf } from '../projection/projection-names.js';
import type { ProjectionResources } from '../projection/projection-resources.js';
import type { ProjectionSource } from '../projection/projection-source.js';
import type { Projections } from '../projection/projections.js';
import type { ProjectionSources } from '../remote-feed/projection-sources.js';
import type { Views } from '../view/views.js';

/** A provider that has `@Projection`. */
export interface FoundProjection {
  readonly type: object & { readonly name: string };
  /** Missing where it is made anew for each request. */
  readonly instance: object | undefined;
}

/** A projection with the object that has its methods. */
interface Bound {
  readonly definition: ProjectionDefinition;
  readonly instance: object;
  /** Makes another one for a rebuild, where the object remembers what it has handled. */
  readonly another?: () => object;
}

/** What is to run. */
export interface ToBind {
  readonly found: readonly FoundProjection[];
  /** Aggregates with `@Queryable`. */
  readonly queryables: readonly Type<AggregateRoot>[];
}

export interface ProjectionPorts extends OwnTablesParts {
  readonly registry: MessageRegistry;
  readonly upcasters: Upcasters;
  readonly subscriptions: EventSubscriptions;
  readonly store: ViewStore;
  readonly journal: ProjectionJournal;
  readonly clock: Clock;
  readonly views: Views;
  readonly projections: Projections;
  readonly sources: ProjectionSources;
  readonly resources: ProjectionResources;
  readonly events: EventStore;
  readonly serializer: EventSerializer;
}

/**
 * Makes a subscription of each projection, once its tables are there. Rejects with `PROJECTIONS_INVALID` with all faults, `VIEW_INVALID`, `NAME_CLASH`, `PROJECTION_SOURCE_MISSING`, and what
 * {@link checkOwnTables} does.
 */
export async function bindProjections({ found, queryables }: ToBind, ports: ProjectionPorts): Promise<void> {
  const faults: string[] = [];
  const bound = found.flatMap(({ type, instance }): Bound[] => {
    const definition = projectionDefinition(type, faults);
    if (definition === undefined) return [];
    if (instance === undefined)
      faults.push(`@Projection on ${type.name}: it is in request scope, and events belong to no request. Take what is away.`);
    return [{ definition, instance: instance ?? {} }];
  });
  for (const type of queryables) bound.push(bindQueryable(type, ports, faults));
  faults.push(...sharedTables(bound.map(({ definition }) => definition)));
  if (faults.length > 0) throw new ProjectionsInvalidError(faults);
  for (const { definition } of bound) claim(definition, ports);
  await ports.store.prepare(bound.flatMap(({ definition }) => viewTables(definition)));
  for (const { definition } of bound) await checkOwnTables(definition, ports);
  for (const one of bound) await run(one, ports);
}

function sharedTables(definitions: readonly ProjectionDefinition[]): string[] {
  const makers = new Map<string, string>();
  return definitions.flatMap(({ views }) =>
    views.flatMap(({ table, type }) => {
      const other = makers.get(table);
      makers.set(table, type.name);
      return other === undefined
        ? []
        : [`@View on ${other} and on ${type.name} name one table, ${table}. Give each view a name of its own.`];
    }),
  );
}

function claim(definition: ProjectionDefinition, { registry, views }: ProjectionPorts): void {
  registry.claimName({ kind: 'projection', name: definition.name, target: definition.type as { readonly name: string } });
  registry.register(...definition.methods.keys());
  for (const { type, table } of definition.views) views.assign(type, { table, projection: definition.name });
}

async function run(bound: Bound, ports: ProjectionPorts): Promise<void> {
  const { registry, upcasters, subscriptions, projections } = ports;
  const { definition } = bound;
  const source = sourceOf(definition, ports);
  const types = upcasters.sourcesOf([...definition.methods.keys()].map((event) => registry.ofClass(event).name));
  const options = (rebuild: number): SubscriptionOptions => ({ ...subscriptionOptions(bound, ports, rebuild), types });
  await projections.add({
    definition,
    source,
    types,
    subscription: subscriptions.add(options(0), source.feed),
    makeRebuild: (rebuild) => subscriptions.addApart(options(rebuild), sourceOf(definition, ports).feed),
    endRebuild: (subscription) => subscriptions.remove(subscription),
  });
}

/** Throws `PROJECTION_SOURCE_MISSING`. */
function sourceOf({ name, from }: ProjectionDefinition, { sources }: ProjectionPorts): ProjectionSource {
  const source = sources.open(from);
  if (source === undefined) throw new ProjectionSourceMissingError(name, from);
  return source;
}

/** Of what is served where `rebuild` is 0. */
function subscriptionOptions(
  { definition, instance, another }: Bound,
  { store, journal, clock, resources }: ProjectionPorts,
  rebuild: number,
): SubscriptionOptions {
  const isRebuild = rebuild > 0;
  const own = (isRebuild ? (another?.() ?? instance) : instance) as Readonly<Record<string | symbol, unknown>>;
  const handler = new ProjectionHandler(
    { definition: isRebuild ? rebuildDefinition(definition, rebuild) : definition, rebuilding: isRebuild },
    own,
    store,
    resources,
  );
  return {
    name: isRebuild ? rebuildSubscriptionOf(definition, rebuild) : definition.subscription,
    batchSize: definition.batchSize,
    retry: definition.retry,
    handler: { batch: (deliveries, context) => handler.batch(deliveries, context) },
    ...(definition.category === undefined ? {} : { category: definition.category }),
    ...(definition.onFailure === 'skip'
      ? { skip: (failure, unit) => journal.skip(unit, definition, rebuild, projectionFailure(failure, clock.now())) }
      : {}),
  };
}
