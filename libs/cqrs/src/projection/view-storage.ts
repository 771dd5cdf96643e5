import { type Clock, type CrashPoints, MemoryCommitter, type UnitCommitter, type UnitOfWork } from '@minos/common';
import { type CheckpointStore, type EventStore, streamName } from '@minos/event-sourcing';
import { type ChangeWriterRegistry, type Database, type MigrationMode, prepareSchema } from '@minos/postgres';
import type { ProjectionControl } from '../contracts/projection-control.js';
import type { ProjectionJournal } from '../contracts/projection-journal.js';
import type { ViewStore } from '../contracts/view-store.js';
import { MemoryProjectionControl } from '../memory/memory-projection-control.js';
import { MemoryViewStore } from '../memory/memory-view-store.js';
import { MIGRATIONS } from '../postgres/migrations/index.js';
import { PostgresViewStore } from '../postgres/postgres-view-store.js';
import { PostgresProjectionControl } from '../postgres/projection/postgres-projection-control.js';
import { PostgresProjectionJournal } from '../postgres/projection/postgres-projection-journal.js';
import { ViewWriter } from '../postgres/view.writer.js';

/** What the application has that views can be kept in; each may be missing. */
export interface ViewStorageParts {
  readonly checkpoints: CheckpointStore | undefined;
  readonly clock: Clock;
  readonly crashPoints: CrashPoints | undefined;
  readonly committer: UnitCommitter | undefined;
  readonly database: Database | undefined;
  readonly writers: ChangeWriterRegistry | undefined;
  readonly migrations: MigrationMode | undefined;
  readonly unitOfWork: UnitOfWork | undefined;
  readonly events: EventStore | undefined;
}

/** Views, what operators want of those who make them, and what happened to them. */
export interface ViewStorage {
  readonly views: ViewStore;
  readonly control: ProjectionControl;
  readonly journal: ProjectionJournal;
}

/** Chooses by what is there: a database, or a committer in memory; `undefined` where there is neither, which only a projection minds. */
export async function openViewStorage({
  committer,
  database,
  writers,
  migrations = 'off',
  ...parts
}: ViewStorageParts): Promise<ViewStorage | undefined> {
  if (database !== undefined && writers !== undefined) {
    await prepareSchema(database, migrations, [MIGRATIONS]);
    writers.register(new ViewWriter());
    return {
      views: new PostgresViewStore(database, parts.unitOfWork),
      control: new PostgresProjectionControl(database, parts.crashPoints),
      journal: new PostgresProjectionJournal(database),
    };
  }
  if (!(committer instanceof MemoryCommitter)) return undefined;
  const views = new MemoryViewStore(
    async (category, id, tenant) => (await parts.events?.state(streamName(category, id), { tenant }))?.closed ?? false,
  );
  committer.register(views.writer);
  const control = new MemoryProjectionControl({ views, checkpoints: parts.checkpoints as CheckpointStore, clock: parts.clock });
  return { views, control, journal: control };
}
