import { MIGRATIONS as EVENT_MIGRATIONS } from '@minos/event-sourcing';
import { BROKER_MIGRATIONS, MIGRATIONS as MESSAGING_MIGRATIONS } from '@minos/messaging';
import { Database, migrate, MIGRATIONS, type MigrationSet } from '@minos/postgres';
import { runSql, type BenchServer } from '../server.js';
import { RECEIVER_TABLES, SENDER_TABLES } from './bare-loop.sql.js';

const SERVICE = [MIGRATIONS, MESSAGING_MIGRATIONS, EVENT_MIGRATIONS];
const PINNED_EFFECTS = 'create table bench_effects (id uuid primary key, type text not null, data jsonb not null)';

/** Makes the databases of a run, all on one server. Each service has one of its own: relays of one outbox share its messages, whatever they publish to. */
export class BenchDatabases {
  private constructor(
    private readonly server: BenchServer,
    /** Of the broker. */
    readonly broker: string,
    /** Of pg-boss. */
    readonly boss: string,
  ) {}

  static async create(server: BenchServer): Promise<BenchDatabases> {
    const broker = await make(server, 'broker', [BROKER_MIGRATIONS]);
    return new BenchDatabases(server, broker, await server.createDatabase('boss'));
  }

  service(name: string): Promise<string> {
    return make(this.server, name, SERVICE, [PINNED_EFFECTS]);
  }

  /** The two databases of the bare loop. */
  async bare(): Promise<{ readonly sender: string; readonly receiver: string }> {
    const sender = await make(this.server, 'bare_sender', [...SERVICE, BROKER_MIGRATIONS], SENDER_TABLES);
    return { sender, receiver: await make(this.server, 'bare_receiver', SERVICE, RECEIVER_TABLES) };
  }
}

async function make(
  server: BenchServer,
  name: string,
  migrations: readonly MigrationSet[],
  statements: readonly string[] = [],
): Promise<string> {
  const url = await server.createDatabase(name);
  const database = new Database({ connectionString: url });
  await migrate(database, migrations);
  await database.close();
  await runSql(url, ...statements);
  return url;
}
