import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import {
  ChangeWriterRegistry,
  Database,
  GroupCommitter,
  LeaseFenceWriter,
  migrate,
  MIGRATIONS as POSTGRES_MIGRATIONS,
  PostgresLeases,
} from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { MIGRATIONS } from '../migrations/index.js';
import { OutboxWriter } from './outbox/outbox-writer.js';
import { PostgresOutboxStore } from './outbox/postgres-outbox-store.js';

/** An outbox on a fresh database of the test server, with everything that tests look at. */
export async function openTestingOutbox(connections = 8) {
  const server = await createTestDatabase();
  const database = new Database({ connectionString: server.url, acquireTimeoutMs: 60_000, connectTimeoutMs: 60_000, max: connections });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  const clock = new SystemClock();
  const writers = new ChangeWriterRegistry([new LeaseFenceWriter(), new OutboxWriter()]);
  const committer = new GroupCommitter({ database, writers, clock });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const leases = new PostgresLeases(database);
  const store = new PostgresOutboxStore(database);
  const close = async (): Promise<void> => {
    await committer.close();
    await database.close();
    await server.drop();
  };
  return { url: server.url, database, clock, committer, unitOfWork, leases, store, close };
}
