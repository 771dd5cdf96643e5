import { type MessageClass, messageMetadataOf } from '@minos/common';
import { viewDefinitionOf, type RowClass, type ViewDefinition } from '../view/view.decorator.js';
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
  /** Durable: the checkpoint and the lease go by it. */
  readonly subscription: string;
  readonly batchSize: number;
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
  const { name, version, views = [], tables = [], batchSize = BATCH } = metadata;
  faults.push(...faultsOf(metadata, type));
  return {
    name,
    version,
    subscription: `projection:${name}:v${version}`,
    batchSize,
    type,
    methods: methodsOf(type, faults),
    tables,
    views: views.map((view) => {
      const definition = viewDefinitionOf(view);
      return { ...definition, type: view, table: `${definition.name}_v${version}` };
    }),
  };
}

function faultsOf(
  { name, version, tables = [], batchSize = BATCH }: ProjectionMetadata,
  { name: type }: { readonly name: string },
): string[] {
  const faults: string[] = [];
  if (!Number.isInteger(version) || version < 1 || version > MOST_VERSIONS)
    faults.push(`@Projection('${name}') on ${type}: its version is ${version}; give a whole number from 1 to ${MOST_VERSIONS}.`);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 10_000)
    faults.push(`@Projection('${name}') on ${type}: its batchSize is ${batchSize}; give a whole number from 1 to 10,000.`);
  for (const table of tables.filter((one) => !TABLE.test(one)))
    faults.push(`@Projection('${name}') on ${type}: "${table}" is no name of a table; give 'name' or 'schema.name', without quotes.`);
  return faults;
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
