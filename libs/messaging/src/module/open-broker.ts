import type { Clock } from '@minos/common';
import { Database, prepareSchema } from '@minos/postgres';
import { NamespacedBroker } from '../broker/namespaced-broker.js';
import type { Broker } from '../contracts/broker.js';
import { KafkaBroker } from '../kafka/kafka-broker.js';
import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { BROKER_MIGRATIONS } from '../postgres/broker/migrations/index.js';
import { PostgresBroker } from '../postgres/broker/postgres-broker.js';
import { BrokerNotConfiguredError } from './messaging.errors.js';
import type { MessagingSettings } from './messaging.options.js';

/** A broker that nothing was asked of yet. */
export interface OpenedBroker {
  readonly broker: Broker;
  /** For people; without secrets. */
  readonly description: string;
  /** What has to be done at the server before the first call: migrations. Idempotent; rejects while the server is away. */
  prepare(): Promise<void>;
  /** Closes the broker and what it was opened on. Idempotent. */
  close(): Promise<void>;
}

/** What relay and seal add to a message that the outbox has taken: sequence, claim set, seal. */
const ADDED_BYTES = 48 * 1024;

/** Its database is no service's: `minos migrate` would make other tables there. */
const MIGRATE = 'minos broker migrate --url <database of the broker>';

type Choice = Pick<MessagingSettings, 'service' | 'broker' | 'maxMessageBytes'>;

/** Opens the broker that the options choose. Does no I/O: a broker that is away keeps no service from starting. */
export function openBroker(choice: Choice, clock: Clock): OpenedBroker {
  const opened = openKind(choice, clock);
  const { namespace } = choice.broker;
  if (namespace === undefined) return opened;
  return {
    ...opened,
    broker: new NamespacedBroker(opened.broker, namespace),
    description: `${opened.description}, namespace ${namespace}`,
  };
}

function openKind(choice: Choice, clock: Clock): OpenedBroker {
  switch (choice.broker.kind) {
    case 'memory':
      return plain(new MemoryBroker({ log: choice.broker.log, clock }), 'memory');
    case 'kafka':
      return openKafka(choice, clock);
    case 'postgres':
      return openPostgres(choice, clock);
  }
}

function openKafka({ service, broker: { kafka } }: Choice, clock: Clock): OpenedBroker {
  if (kafka === undefined) throw new BrokerNotConfiguredError('kafka');
  return plain(new KafkaBroker({ clientId: service, clock, ...kafka }), `Apache Kafka at ${kafka.brokers.join(', ')}`);
}

function openPostgres({ service, broker: choice, maxMessageBytes }: Choice, clock: Clock): OpenedBroker {
  const { url, connections, migrations } = choice;
  if (url === undefined) throw new BrokerNotConfiguredError('postgres');
  const database = new Database({ connectionString: url, max: connections, applicationName: `${service} (broker)` });
  const broker = new PostgresBroker({ database, clock, connectionString: url, maxMessageBytes: maxMessageBytes + ADDED_BYTES });
  return {
    broker,
    description: `PostgreSQL at ${placeOf(url)}`,
    prepare: async () => void (await prepareSchema(database, migrations, [BROKER_MIGRATIONS], MIGRATE)),
    close: async () => {
      await broker.close();
      await database.close();
    },
  };
}

function plain(broker: Broker, description: string): OpenedBroker {
  return { broker, description, prepare: () => Promise.resolve(), close: () => broker.close() };
}

/** Without user and password. */
function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || '5432'}${pathname}`;
}
