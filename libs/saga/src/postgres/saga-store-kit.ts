import { type CrashPoints, NO_CRASH_POINTS, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { ChangeWriterRegistry, Database, GroupCommitter, migrate, MIGRATIONS as POSTGRES_MIGRATIONS } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { MIGRATIONS } from './migrations/index.js';
import { PostgresSagaStore } from './postgres-saga-store.js';
import { SagaWriter } from './saga.writer.js';

/** Sagas on a fresh database of the test server. */
export async function openTestingSagas() {
  const server = await createTestDatabase();
  const opened = await openSagas(server.url);
  const close = async (): Promise<void> => {
    await opened.close();
    await server.drop();
  };
  return { ...opened, url: server.url, close };
}

/** The same on a database that is there already, as another process of the service would open it. */
export async function openSagas(url: string, crashPoints: CrashPoints = NO_CRASH_POINTS) {
  const database = new Database({ connectionString: url, max: 8 });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  const clock = new SystemClock();
  const committer = new GroupCommitter({ database, writers: new ChangeWriterRegistry([new SagaWriter()]), clock, crashPoints });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7, crashPoints });
  const store = new PostgresSagaStore(database, crashPoints);
  const close = async (): Promise<void> => {
    await committer.close();
    await database.close();
  };
  return { database, clock, committer, unitOfWork, store, close };
}
