import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';

/** A cluster to measure on. */
export interface BenchKafka {
  readonly brokers: readonly string[];
  readonly what: string;
  /** Removes what the bench has made there, and the cluster where it is the bench's own. */
  remove(channels: readonly string[]): Promise<void>;
}

interface PrivateBroker {
  readonly brokers: readonly string[];
  remove(): Promise<void>;
}

/** The one that `KAFKA_BROKERS` names, else one of the bench's own; `undefined`, with the reason told, where it cannot be had. */
export async function findKafka(tell: (text: string) => void): Promise<BenchKafka | undefined> {
  const named = process.env['KAFKA_BROKERS'];
  if (named !== undefined && named !== '') {
    const brokers = named.split(',');
    return { brokers, what: 'the cluster of KAFKA_BROKERS', remove: (channels) => deleteTopics(brokers, channels) };
  }
  try {
    const module = pathToFileURL(join(process.cwd(), 'tools/kafka/private-broker.mjs')).href;
    const { privateBroker } = (await import(module)) as { readonly privateBroker: () => Promise<PrivateBroker> };
    const broker = await privateBroker();
    return { brokers: broker.brokers, what: 'a broker of the bench', remove: () => broker.remove() };
  } catch (error) {
    tell(`Kafka is left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function deleteTopics(brokers: readonly string[], topics: readonly string[]): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const made = await admin.listTopics();
    await admin.deleteTopics({ topics: topics.filter((topic) => made.includes(topic)) });
  } finally {
    await admin.disconnect();
  }
}
