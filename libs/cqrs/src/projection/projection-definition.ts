import { type MessageClass, messageMetadataOf } from '@minos/common';
import type { SubscriptionRetry } from '@minos/event-sourcing';
import { viewDefinitionOf, type RowClass, type ViewDefinition } from '../view/view.decorator.js';
import type { ViewTable } from '../contracts/view-store.js';
import { rebuildTable, subscriptionOf } from './projection-names.js';
import { type ProjectionMetadata, projectionMetadataOf, whenDeclarationsOf } from './projection.decorator.js';

/** A view with the table that this version of the projection has of it. */
export interface ProjectedView extends ViewDefinition {
  readonly type: RowClass;
  readonly table: string;
  /** Of the aggregates that its rows are; missing where they are none. */
  readonly category?: string;
}

/** Everything that the decorators of one projection say. */
export interface ProjectionDefinition {
  readonly name: string;
  readonly version: number;
  /** The service whose events it gets; missing where it is this one. */
  readonly from: string | undefined;
  /** Durable: the checkpoint and the lease go by it. */
  readonly subscription: string;
  readonly batchSize: number;
  readonly retry: SubscriptionRetry;
  /** What becomes of an event that was tried often enough. */
  readonly onFailure: 'stop' | 'skip';
  /** Only events of streams of this category; all where it is missing. */
  readonly category?: string;
  readonly type: object;
  /** By event class the method. */
  readonly methods: ReadonlyMap<MessageClass, string | symbol>;
  readonly views: readonly ProjectedView[];
  /** Further tables that its methods write themselves. */
  readonly tables: readonly string[];
}

const BATCH = 500;
const MOST_VERSIONS = 9_999;
const TABLE = /^\w{1,63}(\.\w{1,63})?$/;

/** Throws `VIEW_INVALID`; what else is wrong goes to `faults`, as sentences with their cure. */
export function projectionDefinition(type: object & { readonly name: string }, faults: string[]): ProjectionDefinition | undefined {
  const metadata = projectionMetadataOf(type);
  if (metadata === undefined) return undefined;
  const { name, version, views = [], tables = [], batchSize = BATCH, retry = {}, onFailure = 'stop' } = metadata;
  faults.push(...faultsOf(metadata, type));
  return {
    name,
    version,
    from: metadata.from,
    subscription: subscriptionOf({ name, version }),
    batchSize,
    retry,
    onFailure,
    type,
    methods: methodsOf(type, faults),
    tables,
    views: views.map((view) => {
      const definition = viewDefinitionOf(view);
      return { ...definition, type: view, table: `${definition.name}_v${version}` };
    }),
  };
}

/** The tables of its views as the store makes them. */
export function viewTables({ views, subscription }: ProjectionDefinition): readonly ViewTable[] {
  return views.map(({ table, indexes, category }) => ({
    name: table,
    owner: subscription,
    indexes,
    ...(category === undefined ? {} : { category }),
  }));
}

/** The same projection on the tables of a rebuild. */
export function rebuildDefinition(definition: ProjectionDefinition, rebuild: number): ProjectionDefinition {
  return { ...definition, views: definition.views.map((view) => ({ ...view, table: rebuildTable(view.table, rebuild) })) };
}

function faultsOf(
  { name, version, tables = [], batchSize = BATCH, onFailure = 'stop' }: ProjectionMetadata,
  { name: type }: { readonly name: string },
): string[] {
  const isWithin = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  const rules: readonly (readonly [fits: boolean, otherwise: string])[] = [
    [isWithin(version, MOST_VERSIONS), `its version is ${version}; give a whole number from 1 to ${MOST_VERSIONS}.`],
    [isWithin(batchSize, 10_000), `its batchSize is ${batchSize}; give a whole number from 1 to 10,000.`],
    [['stop', 'skip'].includes(onFailure), `its onFailure is ${JSON.stringify(onFailure)}; give 'stop' or 'skip'.`],
    ...tables.map(
      (table) => [TABLE.test(table), `"${table}" is no name of a table; give 'name' or 'schema.name', without quotes.`] as const,
    ),
  ];
  return rules.flatMap(([fits, otherwise]) => (fits ? [] : [`@Projection('${name}') on ${type}: ${otherwise}`]));
}

function methodsOf(type: object & { readonly name: string }, faults: string[]): ReadonlyMap<MessageClass, string | symbol> {
  const methods = new Map<MessageClass, string | symbol>();
  for (const { event, method } of whenDeclarationsOf(type)) {
    const place = `@When(${event.name}) on ${type.name}.${String(method)}`;
    const other = methods.get(event);
    if (other !== undefined) faults.push(`${place}: ${type.name}.${String(other)} has this event already; keep one.`);
    if (messageMetadataOf(event)?.kind !== 'event')
      faults.push(`${place}: ${event.name} is no event with a durable name. Write @Event('…') on its class.`);
    methods.set(event, method);
  }
  if (methods.size === 0) faults.push(`@Projection on ${type.name}: none of its methods has @When(…), so it would never do anything.`);
  return methods;
}
