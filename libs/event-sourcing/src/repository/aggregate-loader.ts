import { isMinosError } from '@minos/common';
import { bindingOf } from '../aggregate/aggregate-binding.js';
import type { AggregateDefinition } from '../aggregate/aggregate-definition.js';
import { foldEvent } from '../aggregate/aggregate-root.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import type { EventStore, RecordedEvent, StreamName } from '../contracts/event-store.js';
import type { Snapshot, SnapshotStore } from '../contracts/snapshot-store.js';
import type { EventSerializer } from '../serializer/event-serializer.js';
import { restoreState } from '../snapshot/aggregate-state.js';
import { SnapshotUnusableError } from '../snapshot/snapshot.errors.js';
import { AggregateDeletedError, FoldFailedError } from './repository.errors.js';

/** Which aggregate of which tenant. */
export interface AggregateAddress {
  readonly id: string;
  readonly stream: StreamName;
  readonly tenant: string;
}

export interface AggregateLoaderOptions<A extends AggregateRoot> {
  readonly definition: AggregateDefinition<A>;
  readonly store: EventStore;
  readonly serializer: EventSerializer;
  readonly snapshots: SnapshotStore | undefined;
  readonly report: (error: unknown) => void;
}

/** Makes aggregates and brings them up to date from the store. */
export class AggregateLoader<A extends AggregateRoot> {
  constructor(private readonly options: AggregateLoaderOptions<A>) {}

  /** A new instance at version 0. */
  make({ id, stream }: AggregateAddress): A {
    const Type = this.options.definition.type as unknown as new (id: string) => A;
    const aggregate = new Type(id);
    bindingOf(aggregate).stream = { id, name: stream };
    return aggregate;
  }

  /** The aggregate as it is stored now; at version 0 where there is none. `AGGREGATE_DELETED` where its stream is closed. */
  async load(address: AggregateAddress): Promise<A> {
    const snapshot = await this.snapshotOf(address);
    return (snapshot && (await this.loadFromSnapshot(address, snapshot))) ?? this.loadWhole(address);
  }

  /** Folds what was stored after the aggregate's version. */
  async catchUp(aggregate: A, address: AggregateAddress): Promise<void> {
    this.fold(aggregate, await this.read(address, bindingOf(aggregate).version + 1));
  }

  fold(aggregate: A, events: readonly RecordedEvent[]): void {
    const binding = bindingOf(aggregate);
    for (const recorded of events) {
      const parts = this.options.serializer.deserialize(recorded);
      try {
        for (const event of parts) foldEvent(aggregate, event);
      } catch (error) {
        throw new FoldFailedError(this.options.definition.type.name, recorded, error);
      }
      binding.version = recorded.version;
    }
  }

  private async loadWhole(address: AggregateAddress): Promise<A> {
    const events = await this.read(address, 1);
    const aggregate = this.make(address);
    this.fold(aggregate, events);
    return aggregate;
  }

  private async snapshotOf({ stream, tenant }: AggregateAddress): Promise<Snapshot | undefined> {
    const { snapshots, definition } = this.options;
    if (!snapshots || definition.snapshotEvery === undefined) return undefined;
    try {
      return await snapshots.load(stream, definition.stateVersion, tenant);
    } catch (error) {
      this.options.report(new SnapshotUnusableError(definition.type.name, stream, 'it could not be read', error));
      return undefined;
    }
  }

  /** Reads from the snapshot's own event on, whose presence proves that the snapshot belongs to this stream and is not ahead of it. */
  private async loadFromSnapshot(address: AggregateAddress, snapshot: Snapshot): Promise<A | undefined> {
    const [proof, ...after] = await this.read(address, snapshot.version);
    if (proof?.version !== snapshot.version) return this.giveUpSnapshot(address, `its version ${snapshot.version} is not in the stream`);
    const aggregate = this.make(address);
    try {
      restoreState(aggregate, snapshot.state);
    } catch (error) {
      return this.giveUpSnapshot(address, 'fromSnapshot() threw', error);
    }
    bindingOf(aggregate).version = snapshot.version;
    this.fold(aggregate, after);
    return aggregate;
  }

  private giveUpSnapshot({ stream }: AggregateAddress, reason: string, cause?: unknown): undefined {
    this.options.report(new SnapshotUnusableError(this.options.definition.type.name, stream, reason, cause));
  }

  private async read({ id, stream, tenant }: AggregateAddress, from: number): Promise<RecordedEvent[]> {
    try {
      return await this.options.store.read(stream, { from, tenant, mustBeOpen: true });
    } catch (error) {
      if (!isMinosError(error, 'STREAM_CLOSED')) throw error;
      throw new AggregateDeletedError(this.options.definition.name, id, { cause: error });
    }
  }
}
