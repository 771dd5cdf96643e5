import { SystemClock } from '@minos/common';
import { Database, migrate, type SqlExecutor } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { BROKER_MIGRATIONS } from './migrations/index.js';
import { PostgresBroker } from './postgres-broker.js';
import type { PostgresBrokerOptions } from './postgres-broker.options.js';

/** A database with the schema of the broker, for the specs of this folder. */
export interface TestingLog {
  readonly url: string;
  /** For looking into it. */
  readonly database: Database;
  /** A broker with a pool of its own, as another process would have; closed with the log. */
  broker(options?: Partial<PostgresBrokerOptions> & { readonly url?: string }): PostgresBroker;
  close(): Promise<void>;
}

export async function testingLog(): Promise<TestingLog> {
  const server = await createTestDatabase();
  const database = new Database({ connectionString: server.url });
  await migrate(database, [BROKER_MIGRATIONS]);
  const opened: { broker: PostgresBroker; pool: Database }[] = [];
  return {
    url: server.url,
    database,
    broker: ({ url = server.url, ...options } = {}) => {
      const pool = new Database({ connectionString: url, acquireTimeoutMs: 60_000, connectTimeoutMs: 60_000 });
      const broker = new PostgresBroker({ database: pool, clock: new SystemClock(), connectionString: url, ...options });
      opened.push({ broker, pool });
      return broker;
    },
    close: async () => {
      for (const { broker, pool } of opened) {
        await broker.close();
        await pool.close();
      }
      await database.close();
      await server.drop();
    },
  };
}

/** A pool whose statements can be held up, as if the process stood still. */
export class FreezableExecutor implements SqlExecutor {
  private thawed: Promise<void> = Promise.resolve();

  constructor(private readonly inner: SqlExecutor) {}

  query: SqlExecutor['query'] = async (statement, values) => {
    await this.thawed;
    return this.inner.query(statement, values);
  };

  freeze(): () => void {
    let thaw = (): void => undefined;
    this.thawed = new Promise((resolve) => (thaw = resolve));
    return () => thaw();
  }
}
