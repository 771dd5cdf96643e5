import { MemoryCommitter, type UnitCommitter, type UnitOfWork } from '@minos/common';
import { type EventStore, streamName } from '@minos/event-sourcing';
import { type ChangeWriterRegistry, type Database, type MigrationMode, prepareSchema } from '@minos/postgres';
import type { ViewStore } from '../contracts/view-store.js';
import { MemoryViewStore } from '../memory/memory-view-store.js';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { PostgresViewStore } from '../postgres/postgres-view-store.js';
import { ViewWriter } from '../postgres/view.writer.js';

/** What the application has that views can be kept in; each may be missing. */
export interface ViewStorageParts {
  readonly committer: UnitCommitter | undefined;
  readonly database: Database | undefined;
  readonly writers: ChangeWriterRegistry | undefined;
  readonly migrations: MigrationMode | undefined;
  readonly unitOfWork: UnitOfWork | undefined;
  readonly events: EventStore | undefined;
}

/** Chooses by what is there: a database, or a committer in memory; `undefined` where there is neither, which only a projection minds. */
export async function openViewStorage({
  committer,
  database,
  writers,
  migrations = 'off',
  unitOfWork,
  events,
}: ViewStorageParts): Promise<ViewStore | undefined> {
  if (database !== undefined && writers !== undefined) {
    await prepareSchema(database, migrations, [MIGRATIONS]);
    writers.register(new ViewWriter());
    return new PostgresViewStore(database, unitOfWork);
  }
  if (!(committer instanceof MemoryCommitter)) return undefined;
  const store = new MemoryViewStore(
    async (category, id, tenant) => (await events?.state(streamName(category, id), { tenant }))?.closed ?? false,
  );
  committer.register(store.writer);
  return store;
}
