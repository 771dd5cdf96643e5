import type { MessagingSettings } from '@minos/messaging/module';
import type { AsyncApiServer } from './asyncapi-document.js';
import type { BrokerFacts } from './service-facts.js';

type Kafka = NonNullable<MessagingSettings['broker']['kafka']>;

const SASL = { plain: 'plain', 'scram-sha-256': 'scramSha256', 'scram-sha-512': 'scramSha512' } as const;

/** What may be shown of the broker. */
export function brokerFacts({ broker, channels }: Pick<MessagingSettings, 'broker' | 'channels'>): BrokerFacts {
  const { kind, namespace } = broker;
  return {
    kind,
    servers: serversOf(broker),
    prefix: namespace === undefined ? '' : `${namespace}.`,
    partitions: channels.partitions,
    retentionMs: channels.retention,
  };
}

function serversOf({ kind, url, kafka }: MessagingSettings['broker']): Readonly<Record<string, AsyncApiServer>> {
  if (kind === 'kafka') return kafka === undefined ? {} : kafkaServers(kafka);
  if (kind === 'postgres') return url === undefined ? {} : { postgres: postgresServer(url) };
  return { memory: { host: 'localhost', protocol: 'memory', description: 'In the memory of this process.' } };
}

function kafkaServers({ brokers, ssl, sasl }: Kafka): Readonly<Record<string, AsyncApiServer>> {
  const encrypted = ssl !== undefined && ssl !== false;
  const servers = brokers.map((host, index): [string, AsyncApiServer] => [
    brokers.length === 1 ? 'kafka' : `kafka-${index + 1}`,
    {
      host,
      protocol: encrypted ? 'kafka-secure' : 'kafka',
      description: 'Apache Kafka.',
      ...(sasl === undefined ? {} : { security: [{ type: SASL[sasl.mechanism] }] }),
    },
  ]);
  return Object.fromEntries(servers);
}

/** Without user, password and parameters. */
function postgresServer(url: string): AsyncApiServer {
  const { hostname, port, pathname } = new URL(url);
  return {
    host: `${hostname}:${port || '5432'}`,
    protocol: 'postgres',
    pathname,
    description: 'PostgreSQL as the broker: its messages are read through the tables of @minos/messaging.',
  };
}
