import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import {
  MIGRATIONS as MESSAGING_MIGRATIONS,
  OutboxWriter,
  PostgresOutboxStore,
  PostgresScheduleStore,
  ScheduleWriter,
} from '@minos/messaging';
import { ChangeWriterRegistry, Database, GroupCommitter, migrate, MIGRATIONS as POSTGRES_MIGRATIONS } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { MIGRATIONS } from '../migrations/index.js';
import { PostgresResourceStore } from './postgres-resource-store.js';
import { ResourceWriter } from './resource.writer.js';

const PASS = [
  `update minos.reservations set held_until = held_until - $1::float8 * interval '1 millisecond'`,
  `update minos.ended_reservations set ended_at = ended_at - $1::float8 * interval '1 millisecond'`,
];

/** Resources on a fresh database of the test server. */
export async function openTestingResources() {
  const server = await createTestDatabase();
  const database = new Database({ connectionString: server.url, max: 4, acquireTimeoutMs: 60_000 });
  await migrate(database, [POSTGRES_MIGRATIONS, MESSAGING_MIGRATIONS, MIGRATIONS]);
  const clock = new SystemClock();
  const writers = new ChangeWriterRegistry([new OutboxWriter(), new ScheduleWriter(), new ResourceWriter()]);
  const committer = new GroupCommitter({ database, writers, clock });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const close = async (): Promise<void> => {
    await committer.close();
    await database.close();
    await server.drop();
  };
  return {
    ...{ database, unitOfWork, close },
    store: new PostgresResourceStore(database),
    schedules: new PostgresScheduleStore(database),
    outbox: new PostgresOutboxStore(database),
    pass: async (milliseconds: number): Promise<void> => {
      for (const statement of PASS) await database.query(statement, [milliseconds]);
    },
    empty: async (): Promise<void> => {
      await database.query('truncate minos.outbox, minos.schedules, minos.reservations, minos.ended_reservations');
    },
  };
}
