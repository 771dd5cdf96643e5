import type { MessageClass, MessageRegistry } from '@minos/common';
import {
  type AggregateClass,
  aggregateDefinition,
  AggregateFolder,
  type AggregateRoot,
  type EventSerializer,
  type EventStore,
} from '@minos/event-sourcing';
import type { RowName, ViewStore } from '../contracts/view-store.js';
import type { ProjectedView, ProjectionDefinition } from '../projection/projection-definition.js';
import { subscriptionOf } from '../projection/projection-names.js';
import { isFieldName } from '../view/field-name.js';
import type { RowClass } from '../view/view.decorator.js';
import { CurrentStateProjection } from './current-state.projection.js';
import { queryableMetadataOf, type QueryableMetadata } from './queryable-metadata.js';

export interface QueryableParts {
  readonly registry: MessageRegistry;
  readonly events: EventStore;
  readonly store: Pick<ViewStore, 'prune'>;
  readonly serializer: EventSerializer;
}

export interface BoundQueryable {
  readonly definition: ProjectionDefinition;
  readonly instance: object;
  /** One that knows of nothing, for a rebuild. */
  readonly another: () => object;
}

const BATCH = 500;
const VIEW = /^[a-z][a-z0-9_]{0,34}$/;

/** Name of the projection that keeps the current state. Throws `AGGREGATE_INVALID`. */
export function queryableProjection(type: AggregateClass): string {
  return `${aggregateDefinition(type).name}.state`;
}

/**
 * The projection of a `@Queryable` aggregate: it reads every event of its streams, those too that no handler of the aggregate takes. What is wrong goes to `faults`, as
 * sentences with their cure. Throws `AGGREGATE_INVALID`.
 */
export function bindQueryable<A extends AggregateRoot>(type: AggregateClass<A>, parts: QueryableParts, faults: string[]): BoundQueryable {
  const metadata = queryableMetadataOf(type) as QueryableMetadata;
  const folder = new AggregateFolder(type, { store: parts.events, serializer: parts.serializer });
  const { name, stateVersion } = folder.definition;
  const view = metadata.view ?? `${name.replaceAll('.', '_')}_state`;
  faults.push(...faultsOf(type.name, view, metadata), ...folder.faults.map((fault) => `@Queryable on ${type.name}: ${fault}.`));
  const projected = (row: RowClass, of: string, key: string, indexes: ProjectedView['indexes']): ProjectedView => ({
    type: row,
    name: of,
    key,
    indexes,
    table: `${of}_v${stateVersion}`,
    category: name,
  });
  const views = [projected(metadata.rows, view, 'aggregateId', metadata.indexes)];
  if (folder.showsOther) views.push(projected(metadata.folds, `${view}_fold`, 'id', []));
  const events = parts.registry.all().filter(({ kind }) => kind === 'event');
  const definition: ProjectionDefinition = {
    name: queryableProjection(type),
    version: stateVersion,
    subscription: subscriptionOf({ name: queryableProjection(type), version: stateVersion }),
    from: undefined,
    batchSize: BATCH,
    retry: {},
    onFailure: 'stop',
    category: name,
    type,
    methods: new Map(events.map(({ target }) => [target as MessageClass, 'fold' satisfies keyof CurrentStateProjection<A>])),
    views,
    tables: [],
  };
  const prune = async (rows: readonly RowName[]): Promise<void> => {
    for (const { table } of views) await parts.store.prune(table, rows);
  };
  const another = (): object => new CurrentStateProjection(folder, metadata, prune);
  return { definition, instance: another(), another };
}

function faultsOf(type: string, view: string, { indexes }: QueryableMetadata): string[] {
  const faults: string[] = [];
  if (!VIEW.test(view))
    faults.push(
      `@Queryable on ${type}: "${view}" is no name of a table; give { view: '…' }, up to 35 of a to z, 0 to 9 and _, a letter first.`,
    );
  for (const field of indexes.flat().filter((one) => !isFieldName(one)))
    faults.push(`@Queryable on ${type}: its indexes name ${JSON.stringify(field)}, which is no name of a field.`);
  return faults;
}
