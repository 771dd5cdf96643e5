import { SystemClock } from '@minos/common';
import { PostgresBroker } from '@minos/messaging';
import type { Broker } from '@minos/messaging/contracts';
import { KafkaBroker } from '@minos/messaging/kafka';
import { Database } from '@minos/postgres';
import type { BrokerPlace } from './places.js';

/** The broker as a service opens it: the defaults of every option. */
export function openBroker(place: BrokerPlace): { readonly broker: Broker; readonly close: () => Promise<void> } {
  if (place.kind === 'kafka') {
    const broker = new KafkaBroker({ brokers: place.brokers, clientId: 'minos-bench' });
    return { broker, close: () => broker.close() };
  }
  const database = new Database({ connectionString: place.url });
  const broker = new PostgresBroker({ database, clock: new SystemClock(), connectionString: place.url });
  const close = async (): Promise<void> => {
    await broker.close();
    await database.close();
  };
  return { broker, close };
}
