import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import {
  ChangeWriterRegistry,
  Database,
  GroupCommitter,
  LeaseFenceWriter,
  MIGRATIONS as POSTGRES_MIGRATIONS,
  migrate,
} from '@minos/postgres';
import type { ChangeWriter, GroupCommitterOptions } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { MIGRATIONS } from '../migrations/index.js';
import { InboxWriter } from './inbox/inbox.writer.js';
import { PartitionWriter } from './inbox/partition.writer.js';
import { PostgresInboxStore } from './inbox/postgres-inbox-store.js';
import { PostgresSuspectStore } from './inbox/postgres-suspect-store.js';
import { ParkedWriter } from './parked/parked.writer.js';
import { PostgresParkedStore } from './parked/postgres-parked-store.js';

export interface TestingDatabaseOptions {
  readonly committer?: Partial<GroupCommitterOptions>;
  readonly writers?: readonly ChangeWriter<never>[];
  /** Instead of the writer of marks. */
  readonly inbox?: ChangeWriter<never>;
  /** Instead of the writer of positions. */
  readonly partition?: ChangeWriter<never>;
}

/** The stores of a consumer on a fresh database of the test server. */
export async function openTestingDatabase(options: TestingDatabaseOptions = {}) {
  const server = await createTestDatabase();
  const opened = await openStores(server.url, options);
  const close = async (): Promise<void> => {
    await opened.close();
    await server.drop();
  };
  return { ...opened, url: server.url, close };
}

/** The same on a database that is there already, as another process of the service would open it. */
export async function openStores(url: string, options: TestingDatabaseOptions = {}) {
  const database = new Database({ connectionString: url, acquireTimeoutMs: 60_000, connectTimeoutMs: 60_000 });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  const clock = new SystemClock();
  const writers = new ChangeWriterRegistry([
    new LeaseFenceWriter(),
    options.inbox ?? new InboxWriter(),
    options.partition ?? new PartitionWriter(),
    new ParkedWriter(),
    ...(options.writers ?? []),
  ]);
  const committer = new GroupCommitter({ database, writers, clock, ...options.committer });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const inbox = new PostgresInboxStore(database);
  const parked = new PostgresParkedStore(database);
  const suspects = new PostgresSuspectStore(database);
  const close = async (): Promise<void> => {
    await committer.close();
    await database.close();
  };
  return { database, clock, committer, unitOfWork, inbox, suspects, parked, close };
}
