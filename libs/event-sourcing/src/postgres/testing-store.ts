import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { ChangeWriterRegistry, Database, GroupCommitter, MIGRATIONS as POSTGRES_MIGRATIONS, migrate } from '@minos/postgres';
import type { ChangeWriter, DatabaseOptions, GroupCommitterOptions } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { PostgresEventStore } from './event-store/postgres-event-store.js';
import { StreamChangeWriter } from './event-store/stream-change-writer.js';
import { MIGRATIONS } from './migrations/index.js';

/** A test that opens more than the pool has at once waits, however slow the machine. */
const PATIENT = { acquireTimeoutMs: 60_000, connectTimeoutMs: 60_000 };

export interface TestingStoreOptions {
  readonly database?: Partial<DatabaseOptions>;
  readonly committer?: Partial<GroupCommitterOptions>;
  readonly writers?: readonly ChangeWriter<never>[];
}

/** An event store on a fresh database of the test server, with everything that tests look at. */
export async function openTestingStore(options: TestingStoreOptions = {}) {
  const server = await createTestDatabase();
  const opened = await openStore(server.url, options);
  const close = async (): Promise<void> => {
    await opened.close();
    await server.drop();
  };
  return { ...opened, url: server.url, close };
}

/** An event store on a database that is there already, as another process of the service would open it. */
export async function openStore(url: string, options: TestingStoreOptions = {}) {
  const database = new Database({ connectionString: url, ...PATIENT, ...options.database });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  const clock = new SystemClock();
  const writers = new ChangeWriterRegistry([new StreamChangeWriter(), ...(options.writers ?? [])] as ChangeWriter<never>[]);
  const committer = new GroupCommitter({ database, writers, clock, ...options.committer });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const store = new PostgresEventStore({ database, unitOfWork });
  const close = async (): Promise<void> => {
    await committer.close();
    await database.close();
  };
  return { database, committer, unitOfWork, store, close };
}
