import { type Clock, type CrashPoints, MemoryCommitter, type UnitCommitter } from '@minos/common';
import { type ChangeWriterRegistry, type Database, type MigrationMode, prepareSchema } from '@minos/postgres';
import type { SagaStore } from '../contracts/saga-store.js';
import { MemorySagaStore } from '../memory/memory-saga-store.js';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { PostgresSagaStore } from '../postgres/postgres-saga-store.js';
import { SagaWriter } from '../postgres/saga.writer.js';

/** What the application has that sagas can be kept in; each may be missing. */
export interface SagaStorageParts {
  readonly committer: UnitCommitter | undefined;
  readonly database: Database | undefined;
  readonly writers: ChangeWriterRegistry | undefined;
  readonly migrations: MigrationMode | undefined;
  readonly crashPoints: CrashPoints | undefined;
  readonly clock: Clock;
}

/** Chooses by what is there: a database, or a committer in memory; `undefined` where there is neither, which only a saga minds. */
export async function openSagaStore(parts: SagaStorageParts): Promise<SagaStore | undefined> {
  const { committer, database, writers, migrations = 'off', crashPoints, clock } = parts;
  if (database !== undefined && writers !== undefined) {
    await prepareSchema(database, migrations, [MIGRATIONS]);
    writers.register(new SagaWriter());
    return new PostgresSagaStore(database, crashPoints);
  }
  return committer instanceof MemoryCommitter ? new MemorySagaStore(clock, committer) : undefined;
}
