import { randomUUID } from 'node:crypto';
import { ClientKafka, type KafkaOptions, ServerKafka } from '@nestjs/microservices';
import { Kafka, logLevel } from 'kafkajs';
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
}

/** Nest's transport over {@link InProcessKafka}: only the client differs from what Nest makes. */
export class InProcessCluster implements PlainKafka {
  readonly name = 'in-process';
  readonly kafka = new InProcessKafka();

  server(group: string, options: Options = {}): ServerKafka {
    const server = new ServerKafka({ ...options, consumer: { groupId: group }, client: { brokers: [] } });
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
}

/** Nest's transport as it is, over a real cluster. */
export class RealCluster implements PlainKafka {
  readonly name = `pains-${randomUUID()}`;

  constructor(private readonly brokers: readonly string[]) {}

  server(group: string, options: Options = {}): ServerKafka {
    const consumer = { sessionTimeout: 6_000, ...options.consumer, groupId: group };
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
