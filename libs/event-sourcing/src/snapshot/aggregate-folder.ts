import { bindingOf } from '../aggregate/aggregate-binding.js';
import type { AggregateClass } from '../aggregate/aggregate-class.js';
import { type AggregateDefinition, aggregateDefinition } from '../aggregate/aggregate-definition.js';
import { type AggregateRoot, foldEvent } from '../aggregate/aggregate-root.js';
import { stateFaults } from '../aggregate/snapshot-faults.js';
import type { EventStore, JsonObject, RecordedEvent } from '../contracts/event-store.js';
import { AggregateLoader } from '../repository/aggregate-loader.js';
import { FoldFailedError } from '../repository/repository.errors.js';
import type { EventSerializer } from '../serializer/event-serializer.js';
import { streamName } from '../stream/stream-name.js';
import { captureState, encodeState, restoreState } from './aggregate-state.js';

export interface AggregateFolderOptions {
  readonly store: EventStore;
  readonly serializer: EventSerializer;
}

/** The state of an aggregate as a snapshot holds it, and which version of the stream it is the fold of. */
export interface FoldedState {
  readonly version: number;
  readonly state: JsonObject;
}

/**
 * Follows the events of aggregates outside of any repository: for what keeps the state of all of them, such as a view. Its aggregates belong to no unit, so
 * applying to them throws `AGGREGATE_DETACHED`.
 */
export class AggregateFolder<A extends AggregateRoot> {
  readonly definition: AggregateDefinition<A>;
  /** Why its state cannot be kept as JSON, in words; empty where it can, as far as the class tells. */
  readonly faults: readonly string[];
  private readonly loader: AggregateLoader<A>;
  private readonly store: EventStore;

  /** Throws `AGGREGATE_INVALID`. */
  constructor(type: AggregateClass<A>, { store, serializer }: AggregateFolderOptions) {
    this.definition = aggregateDefinition(type);
    this.faults = stateFaults(type);
    this.store = store;
    this.loader = new AggregateLoader<A>({ definition: this.definition, store, serializer, snapshots: undefined, report: () => undefined });
  }

  /** Before its first event. */
  make(id: string): A {
    return this.loader.make({ id, stream: streamName(this.definition.name, id), tenant: '' });
  }

  /** Throws what `fromSnapshot` throws. */
  restore(id: string, { version, state }: FoldedState): A {
    const aggregate = this.make(id);
    restoreState(aggregate, state);
    bindingOf(aggregate).version = version;
    return aggregate;
  }

  /** From its stored events up to this version. Rejects with `FOLD_FAILED` and the errors of the store. */
  async at(id: string, version: number, tenant: string): Promise<A> {
    const aggregate = this.make(id);
    const stream = streamName(this.definition.name, id);
    this.loader.fold(aggregate, await this.store.read(stream, { tenant, limit: version }));
    return aggregate;
  }

  /** Changes the state by one message of the stored event, of which there are several where an upcaster split it. Throws `FOLD_FAILED`. */
  fold(aggregate: A, recorded: RecordedEvent, message: object): void {
    try {
      foldEvent(aggregate, message);
    } catch (error) {
      throw new FoldFailedError(this.definition.type.name, recorded, error);
    }
    bindingOf(aggregate).version = recorded.version;
  }

  /** Throws `PAYLOAD_REFUSED` with the path for what JSON cannot carry. */
  capture(aggregate: A): FoldedState {
    return { version: bindingOf(aggregate).version, state: captureState(aggregate) };
  }

  /** Whether the aggregate shows something else of itself than its state: it has `toJSON()`. */
  get showsOther(): boolean {
    return typeof (this.definition.type.prototype as { toJSON?: unknown }).toJSON === 'function';
  }

  /** What it shows of itself. Throws as {@link capture}. */
  show(aggregate: A): JsonObject {
    return this.showsOther ? encodeState((aggregate as A & { toJSON(): object }).toJSON()) : captureState(aggregate);
  }
}
