// #region relay
import { SystemClock } from '@minos/common';
import { BROKER_MIGRATIONS, MIGRATIONS, OutboxRelay, PostgresBroker, PostgresOutboxStore } from '@minos/messaging';
import { Database, migrate, MIGRATIONS as POSTGRES_MIGRATIONS, PostgresLeases } from '@minos/postgres';

/** Publishes what waits in the outbox, in the application's process or in one of its own; any number of them share the work. */
export async function startRelay(databaseUrl: string, brokerUrl: string) {
  const clock = new SystemClock();
  const database = new Database({ connectionString: databaseUrl });
  const brokerDatabase = new Database({ connectionString: brokerUrl });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  await migrate(brokerDatabase, [BROKER_MIGRATIONS]);
  const broker = new PostgresBroker({ database: brokerDatabase, clock, connectionString: brokerUrl });
  await broker.ensureChannels([{ name: 'legacy-shop.events' }]);
  const relay = new OutboxRelay({ store: new PostgresOutboxStore(database), broker, leases: new PostgresLeases(database), clock });
  relay.start();
  const close = async (): Promise<void> => {
    await relay.stop();
    await broker.close();
    await Promise.all([database.close(), brokerDatabase.close()]);
  };
  return { broker, close };
}
// #endregion
