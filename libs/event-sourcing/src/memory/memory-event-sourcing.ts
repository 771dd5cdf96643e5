import { MemoryCommitter, MessageRegistry, SystemClock, UnitOfWorkEngine, currentContext, uuidv7 } from '@minos/common';
import type { Clock, MemoryChangeWriter, UnitOfWork } from '@minos/common';
import type { AggregateClass } from '../aggregate/aggregate-class.js';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import { AggregateRepository } from '../repository/aggregate-repository.js';
import type { AggregateRepositoryOptions } from '../repository/aggregate-repository-options.js';
import { EventSerializer } from '../serializer/event-serializer.js';
import type { Upcasters } from '../upcasting/upcasters.js';
import { MemoryCheckpointStore } from './memory-checkpoint-store.js';
import { MemoryEventFeed } from './memory-event-feed.js';
import { MemoryEventLog } from './memory-event-log.js';
import { MemoryEventStore } from './memory-event-store.js';
import { memoryEventWriters } from './memory-event-writers.js';
import { MemorySnapshotStore } from './memory-snapshot-store.js';

export interface MemoryEventSourcingOptions {
  /** @default the clocks of the machine */
  readonly clock?: Clock;
  /** On which a unit pauses before it runs again after a conflict. @default `clock` */
  readonly pauses?: Clock;
  /** @default an empty one */
  readonly registry?: MessageRegistry;
  readonly upcasters?: Upcasters;
  /** Writers of other libraries' changes, so that they commit in the same units. */
  readonly writers?: readonly MemoryChangeWriter<never>[];
}

/** Everything that event sourcing needs, in memory, put together. */
export interface MemoryEventSourcing {
  readonly unitOfWork: UnitOfWork;
  readonly committer: MemoryCommitter;
  readonly registry: MessageRegistry;
  readonly serializer: EventSerializer;
  readonly log: MemoryEventLog;
  readonly store: MemoryEventStore;
  readonly feed: MemoryEventFeed;
  readonly checkpoints: MemoryCheckpointStore;
  readonly snapshots: MemorySnapshotStore;
  /** A repository on these parts. */
  repository<A extends AggregateRoot>(type: AggregateClass<A>, options?: Partial<AggregateRepositoryOptions>): AggregateRepository<A>;
}

/** Puts the memory adapters together, without a container: for tests, scripts and the first steps. */
export function createMemoryEventSourcing(options: MemoryEventSourcingOptions = {}): MemoryEventSourcing {
  const { clock = new SystemClock(), pauses = clock, registry = new MessageRegistry(), upcasters, writers = [] } = options;
  const log = new MemoryEventLog(clock);
  const checkpoints = new MemoryCheckpointStore();
  const committer = new MemoryCommitter([...memoryEventWriters(log), checkpoints.writer, ...writers]);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock: pauses, newId: uuidv7, tenant: () => currentContext().tenant });
  const serializer = new EventSerializer({ registry, upcasters });
  const store = new MemoryEventStore(log, unitOfWork);
  const snapshots = new MemorySnapshotStore();
  return {
    ...{ unitOfWork, committer, registry, serializer, log, store, checkpoints, snapshots },
    feed: new MemoryEventFeed(log),
    repository: (type, more = {}) => new AggregateRepository(type, { store, unitOfWork, serializer, snapshots, clock: pauses, ...more }),
  };
}
