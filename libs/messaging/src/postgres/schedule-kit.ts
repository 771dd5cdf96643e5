import { NO_CRASH_POINTS, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
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
import { CronWriter } from './schedule/cron-writer.js';
import { PostgresCronStore } from './schedule/postgres-cron-store.js';
import { PostgresScheduleStore } from './schedule/postgres-schedule-store.js';
import { ScheduleWriter } from './schedule/schedule-writer.js';

/** Schedules and crons on a fresh database of the test server. */
export async function openTestingSchedules() {
  const server = await createTestDatabase();
  const opened = await openSchedules(server.url);
  const close = async (): Promise<void> => {
    await opened.close();
    await server.drop();
  };
  return { ...opened, url: server.url, close };
}

/** The same on a database that is there already, as another process of the service would open it. */
export async function openSchedules(url: string, crashPoints = NO_CRASH_POINTS) {
  const database = new Database({ connectionString: url, acquireTimeoutMs: 60_000, connectTimeoutMs: 60_000, max: 6 });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  const clock = new SystemClock();
  const writers = new ChangeWriterRegistry([new LeaseFenceWriter(), new OutboxWriter(), new ScheduleWriter(), new CronWriter()]);
  const committer = new GroupCommitter({ database, writers, clock, crashPoints });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7, crashPoints });
  const leases = new PostgresLeases(database, { crashPoints });
  const outbox = new PostgresOutboxStore(database);
  const schedules = new PostgresScheduleStore(database, crashPoints);
  const crons = new PostgresCronStore(database, crashPoints);
  const close = async (): Promise<void> => {
    await committer.close();
    await database.close();
  };
  return { database, clock, committer, unitOfWork, leases, outbox, schedules, crons, close };
}
