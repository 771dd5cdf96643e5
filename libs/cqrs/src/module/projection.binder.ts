import type { MessageRegistry } from '@minos/common';
import type { AggregateRoot, EventSerializer, EventStore, Upcasters } from '@minos/event-sourcing';
import type { EventSubscriptions } from '@minos/event-sourcing/module';
import type { Type } from '@nestjs/common';
import type { ViewStore } from '../contracts/view-store.js';
import { bindQueryable } from '../current-state/queryable-definition.js';
import { ProjectionsInvalidError } from '../errors/projection.errors.js';
import { type ProjectionDefinition, projectionDefinition } from '../projection/projection-definition.js';
import { checkOwnTables, type OwnTablesParts } from '../projection/own-tables.js';
import { ProjectionHandler } from '../projection/projection-handler.js';
import type { ProjectionResources } from '../projection/projection-resources.js';
import type { Projections } from '../projection/projections.js';
import type { Views } from '../view/views.js';

/** A provider that has `@Projection`. */
export interface FoundProjection {
  readonly type: object & { readonly name: string };
  /** Missing where it is made anew for each request. */
  readonly instance: object | undefined;
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
  readonly views: Views;
  readonly projections: Projections;
  readonly resources: ProjectionResources;
  readonly events: EventStore;
  readonly serializer: EventSerializer;
}

/**
 * Makes a subscription of each projection, once its tables are there. Rejects with `PROJECTIONS_INVALID` with all faults, `VIEW_INVALID`, `NAME_CLASH`, and what
 * {@link checkOwnTables} does.
 */
export async function bindProjections({ found, queryables }: ToBind, ports: ProjectionPorts): Promise<void> {
  const faults: string[] = [];
  const bound = found.flatMap(({ type, instance }) => {
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
  await ports.store.prepare(
    bound.flatMap(({ definition }) =>
      definition.views.map(({ table, indexes, category }) => ({
        name: table,
        owner: definition.subscription,
        indexes,
        ...(category === undefined ? {} : { category }),
      })),
    ),
  );
  for (const { definition } of bound) await checkOwnTables(definition, ports);
  for (const { definition, instance } of bound) run(definition, instance, ports);
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
  for (const { type, table } of definition.views) views.assign(type, table);
}

function run(
  definition: ProjectionDefinition,
  instance: object,
  { registry, upcasters, subscriptions, store, projections, resources }: ProjectionPorts,
): void {
  const handler = new ProjectionHandler(definition, instance as Readonly<Record<string | symbol, unknown>>, store, resources);
  const types = upcasters.sourcesOf([...definition.methods.keys()].map((event) => registry.ofClass(event).name));
  const subscription = subscriptions.add({
    name: definition.subscription,
    types,
    batchSize: definition.batchSize,
    ...(definition.category === undefined ? {} : { category: definition.category }),
    handler: { batch: (deliveries, context) => handler.batch(deliveries, context) },
  });
  projections.add(definition, types, subscription);
}
