import {
  type Clock,
  MemoryCommitter,
  SystemClock,
  type UnitCommitter,
  type UnitOfWork,
  UnitOfWorkEngine,
  currentContext,
  uuidv7,
} from '@minos/common';
import { type ChangeWriterRegistry, type CommitHintSource, type Database, type MigrationMode, prepareSchema } from '@minos/postgres';
import type { CheckpointStore } from '../contracts/checkpoint-store.js';
import type { EventFeed } from '../contracts/event-feed.js';
import type { EventStore } from '../contracts/event-store.js';
import type { SnapshotStore } from '../contracts/snapshot-store.js';
import { MemoryCheckpointStore } from '../memory/memory-checkpoint-store.js';
import { MemoryEventFeed } from '../memory/memory-event-feed.js';
import { MemoryEventLog } from '../memory/memory-event-log.js';
import { MemoryEventStore } from '../memory/memory-event-store.js';
import { memoryEventWriters } from '../memory/memory-event-writers.js';
import { MemorySnapshotStore } from '../memory/memory-snapshot-store.js';
import { CheckpointWriter } from '../postgres/checkpoint/checkpoint-writer.js';
import { PostgresCheckpointStore } from '../postgres/checkpoint/postgres-checkpoint-store.js';
import { PostgresEventStore } from '../postgres/event-store/postgres-event-store.js';
import { StreamChangeWriter } from '../postgres/event-store/stream-change-writer.js';
import { eventHints } from './event-hints.js';
import { PostgresEventFeed } from '../postgres/feed/postgres-event-feed.js';
import { verifyFeed } from '../postgres/feed/verify-feed.js';
import { PostgresSnapshotStore } from '../postgres/snapshot/postgres-snapshot-store.js';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { SiblingMissingError } from './event-sourcing.module.errors.js';

/** Event store, feed, snapshots and checkpoints of one service. */
export interface EventStorage {
  readonly store: EventStore;
  readonly feed: EventFeed;
  readonly snapshots: SnapshotStore;
  readonly checkpoints: CheckpointStore;
  readonly unitOfWork: UnitOfWork;
}

/** What the application has that events can be kept in; each may be missing. */
export interface StorageParts {
  readonly committer: UnitCommitter | undefined;
  readonly unitOfWork: UnitOfWork | undefined;
  readonly database: Database | undefined;
  readonly writers: ChangeWriterRegistry | undefined;
  readonly migrations: MigrationMode | undefined;
  readonly hints: CommitHintSource | undefined;
  readonly clock: Clock | undefined;
}

/** Chooses by what is there: a database, a committer in memory, or, if it is asked for, memory of its own. */
export async function openEventStorage(parts: StorageParts, storage: 'memory' | undefined): Promise<EventStorage> {
  const { database, writers, unitOfWork, committer } = parts;
  if (database !== undefined && writers !== undefined && unitOfWork !== undefined) {
    await prepareSchema(database, parts.migrations ?? 'off', [MIGRATIONS]);
    await verifyFeed(database);
    return onPostgres({ ...parts, database, writers, unitOfWork });
  }
  if (committer instanceof MemoryCommitter && unitOfWork !== undefined) return inMemory(committer, unitOfWork, parts.clock);
  if (storage !== 'memory') throw new SiblingMissingError();
  const clock = parts.clock ?? new SystemClock();
  const own = new MemoryCommitter();
  return inMemory(own, new UnitOfWorkEngine({ committer: own, clock, newId: uuidv7, tenant: () => currentContext().tenant }), clock);
}

function inMemory(committer: MemoryCommitter, unitOfWork: UnitOfWork, clock: Clock | undefined): EventStorage {
  const log = new MemoryEventLog(clock);
  const checkpoints = new MemoryCheckpointStore();
  for (const writer of memoryEventWriters(log)) committer.register(writer);
  committer.register(checkpoints.writer);
  return {
    store: new MemoryEventStore(log, unitOfWork),
    feed: new MemoryEventFeed(log),
    snapshots: new MemorySnapshotStore(),
    checkpoints,
    unitOfWork,
  };
}

type PostgresParts = StorageParts &
  Required<Pick<EventStorage, 'unitOfWork'>> & { readonly database: Database; readonly writers: ChangeWriterRegistry };

function onPostgres({ database, writers, unitOfWork, hints, clock = new SystemClock() }: PostgresParts): EventStorage {
  writers.register(new StreamChangeWriter());
  writers.register(new CheckpointWriter());
  return {
    store: new PostgresEventStore({ database, unitOfWork }),
    feed: new PostgresEventFeed({ database, clock, hints: hints === undefined ? [] : [eventHints(hints)] }),
    snapshots: new PostgresSnapshotStore(database),
    checkpoints: new PostgresCheckpointStore(database),
    unitOfWork,
  };
}
