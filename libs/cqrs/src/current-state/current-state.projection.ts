import type { JsonObject, Unit } from '@minos/common';
import {
  type AggregateFolder,
  type AggregateRoot,
  type FoldedState,
  partsOfStream,
  type RecordedEvent,
  streamOf,
} from '@minos/event-sourcing';
import { AggregateStateInvalidError } from '../errors/queryable.errors.js';
import type { RowName } from '../contracts/view-store.js';
import type { ProjectionContext } from '../projection/projection-context.js';
import type { RowClass } from '../view/view.decorator.js';
import type { RowIdentity } from './aggregate-row.js';
import { FoldedAggregates } from './folded-aggregates.js';
import type { QueryableMetadata } from './queryable-metadata.js';

/** An aggregate that one unit folds. */
interface Held<A> extends RowName {
  readonly aggregate: A;
  /** The stored event of which it had a message last. */
  event?: string;
}

/** The state to go on from, where the row shows something else. */
interface FoldRow extends FoldedState {
  readonly id: string;
}

type StateRow = JsonObject & RowIdentity;

/**
 * Keeps the row of every aggregate: goes on from the aggregate as it last folded it, else from the stored row, and reads a stream only where neither is of the version
 * before. An event that the row knows already changes nothing.
 */
export class CurrentStateProjection<A extends AggregateRoot> {
  private readonly cache = new FoldedAggregates<A>();
  private readonly key = Symbol('aggregates of the unit');

  constructor(
    private readonly folder: AggregateFolder<A>,
    private readonly metadata: QueryableMetadata,
    /** Removes the rows of those that were deleted. */
    private readonly prune: (rows: readonly RowName[]) => Promise<void>,
  ) {}

  fold(message: object, context: ProjectionContext): Promise<void> | undefined {
    const { recorded, unit } = context;
    const { category, id } = partsOfStream(recorded.stream);
    // A subscription to one category gets nothing else; a rebuild or a test may hand over more.
    if (category !== this.folder.definition.name) return undefined;
    const held = this.heldBy(unit);
    const name = `${recorded.tenant}\0${id}`;
    const known = held.get(name) ?? this.cached(name, recorded);
    const go = (one: Held<A>): void => {
      held.set(name, one);
      this.apply(one, message, context);
    };
    if (known !== undefined) return void go(known);
    return this.load(id, context).then((aggregate) => go({ aggregate, tenant: recorded.tenant, key: id }));
  }

  private apply(held: Held<A>, message: object, context: ProjectionContext): void {
    const { recorded } = context;
    const { aggregate } = held;
    const { id, version } = streamOf(aggregate);
    if (recorded.version <= version && held.event !== recorded.id) return;
    held.event = recorded.id;
    this.folder.fold(aggregate, recorded, message);
    try {
      const row: JsonObject = { ...this.folder.show(aggregate), aggregateId: id, aggregateVersion: recorded.version };
      context.view(this.metadata.rows).upsert(row);
      if (this.folder.showsOther) context.view(this.metadata.folds).upsert({ id, ...this.folder.capture(aggregate) });
    } catch (error) {
      throw new AggregateStateInvalidError(this.folder.definition.type.name, recorded.stream, error);
    }
  }

  /** At the version before the event, or at a later one where the row knows the event already. */
  private async load(id: string, { view, recorded: { version, tenant } }: ProjectionContext): Promise<A> {
    if (version === 1) return this.folder.make(id);
    const stored = this.folder.showsOther
      ? await view(this.metadata.folds as RowClass<FoldRow>).get(id)
      : foldedOf(await view(this.metadata.rows as RowClass<StateRow>).get(id));
    if (stored !== undefined && stored.version >= version - 1) return this.folder.restore(id, stored);
    return this.folder.at(id, version - 1, tenant);
  }

  private cached(name: string, { tenant, version }: RecordedEvent): Held<A> | undefined {
    const aggregate = this.cache.take(name);
    if (aggregate === undefined || streamOf(aggregate).version !== version - 1) return undefined;
    return { aggregate, tenant, key: streamOf(aggregate).id };
  }

  /** What a unit folds is nobody else's until it has committed: one that fails leaves aggregates that are ahead of their rows. */
  private heldBy(unit: Unit): Map<string, Held<A>> {
    const known = unit.resources.get(this.key) as Map<string, Held<A>> | undefined;
    if (known !== undefined) return known;
    const held = new Map<string, Held<A>>();
    unit.resources.set(this.key, held);
    unit.onStored(() => {
      for (const [name, { aggregate }] of held) this.cache.keep(name, aggregate);
    });
    unit.onCommitted(() => this.prune([...held.values()]));
    return held;
  }
}

function foldedOf(row: StateRow | undefined): FoldedState | undefined {
  if (row === undefined) return undefined;
  const { aggregateId: _, aggregateVersion, ...state } = row;
  return { version: aggregateVersion, state };
}
