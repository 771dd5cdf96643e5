import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { ClientKafka, type KafkaOptions, ServerKafka } from '@nestjs/microservices';
import { Kafka, logLevel } from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import { InProcessKafka } from './in-process-kafka.js';

type Options = NonNullable<KafkaOptions['options']>;

/** A cluster that Nest's own Kafka transport talks to. */
export interface PlainKafka {
  /** Names of topics and groups of this test begin with it. */
  readonly name: string;
  server(group: string, options?: Options): ServerKafka;
  client(): ClientKafka;
  createTopics(...topics: readonly string[]): Promise<void>;
  /** The next offset that the group of a server will read; 0 where it has committed none. */
  committed(group: string, topic: string): Promise<number>;
  /** Resolves when so much time has passed without a word from the members of the group that it goes on without them. */
  sessionOver(group: string): Promise<void>;
}

/** Nest's transport over {@link InProcessKafka}: only the client differs from what Nest makes. */
export class InProcessCluster implements PlainKafka {
  readonly name = 'in-process';
  readonly kafka = new InProcessKafka();

  server(group: string, options: Options = {}): ServerKafka {
    const server = new ServerKafka({ ...options, consumer: { ...options.consumer, groupId: group }, client: { brokers: [] } });
    server.createClient = async <T>() => this.kafka.client() as T;
    return server;
  }

  client(): ClientKafka {
    const client = new ClientKafka({ client: { brokers: [] } });
    client.createClient = async <T>() => this.kafka.client() as T;
    return client;
  }

  async createTopics(): Promise<void> {}

  async committed(group: string, topic: string): Promise<number> {
    return this.kafka.committed(`${group}-server`, topic);
  }

  async sessionOver(): Promise<void> {
    await until(() => this.kafka.consumers.some((consumer) => consumer.expire()), 'a silent member');
  }
}

/** Nest's transport as it is, over a real cluster. */
export class RealCluster implements PlainKafka {
  readonly name = `pains-${randomUUID()}`;

  constructor(private readonly brokers: readonly string[]) {}

  server(group: string, options: Options = {}): ServerKafka {
    // Long, so that a machine that is busy is no member that is silent.
    const consumer = { sessionTimeout: 120_000, heartbeatInterval: 500, ...options.consumer, groupId: group };
    return new ServerKafka({ subscribe: { fromBeginning: true }, ...options, client: this.connection, consumer });
  }

  client(): ClientKafka {
    return new ClientKafka({ client: this.connection, producerOnlyMode: true });
  }

  async createTopics(...topics: readonly string[]): Promise<void> {
    await this.asAdmin((admin) => admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })) }));
  }

  async committed(group: string, topic: string): Promise<number> {
    const [offsets] = await this.asAdmin((admin) => admin.fetchOffsets({ groupId: `${group}-server`, topics: [topic] }));
    return Math.max(0, Number(offsets?.partitions[0]?.offset ?? 0));
  }

  async sessionOver(group: string): Promise<void> {
    const members = async (): Promise<number> => {
      const { groups } = await this.asAdmin((admin) => admin.describeGroups([`${group}-server`]));
      return groups[0]?.members.length ?? 0;
    };
    await until(async () => (await members()) === 0, 'a group without members');
  }

  private get connection() {
    return { brokers: [...this.brokers], logLevel: logLevel.NOTHING };
  }

  private async asAdmin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = new Kafka(this.connection).admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** Emits by Nest's own client. */
export async function emitPlain(cluster: PlainKafka, topic: string, messages: readonly { key: string; value: object }[]): Promise<void> {
  const client = cluster.client();
  await client.connect();
  for (const message of messages) await firstValueFrom(client.emit(topic, { ...message }), { defaultValue: undefined });
  await client.close();
}
