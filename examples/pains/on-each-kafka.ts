import { type MemoryBroker, MemoryLog } from '@minos/messaging';
import { OPENED_BROKER } from '@minos/messaging/module';
import type { TestingApp } from '@minos/nest/testing';
import { HeldLine, withKafka } from '../../tools/testing/real-kafka.js';
import { InProcessCluster, type PlainKafka, RealCluster } from './plain-kafka.js';
import { type Messaging, QUICK } from './scene.js';

/** Where a scenario runs. */
export interface Place {
  /** For the plain side: a cluster that no other test sees. */
  cluster(): PlainKafka;
  /** For our side: options of the broker that no other test sees. */
  messaging(): Messaging;
  /** The same, for an application whose connection to the broker can be cut. */
  cuttable(): Promise<Cuttable>;
  /** A session that is short, and long enough for a machine that has much to do. */
  readonly sessionMs: number;
}

export interface Cuttable {
  readonly messaging: Messaging;
  cut(app: TestingApp): void;
  mend(app: TestingApp): void;
}

type KafkaOptions = NonNullable<NonNullable<Messaging['broker']>['kafka']>;

const inMemory = (): Messaging => ({ ...QUICK, broker: { kind: 'memory', log: new MemoryLog() } });
const memoryOf = (app: TestingApp): MemoryBroker => app.get<{ broker: MemoryBroker }>(OPENED_BROKER).broker;

function overKafka(brokers: readonly string[], socketFactory?: KafkaOptions['socketFactory']): Messaging {
  const kafka = { brokers: [...brokers], ...(socketFactory && { socketFactory }) };
  return { ...QUICK, channels: { partitions: 1 }, broker: { kind: 'kafka', kafka, namespace: new RealCluster(brokers).name } };
}

/** Declares a scenario in process, and once more on the cluster that `KAFKA_BROKERS` names. */
export function onEachKafka(name: string, body: (place: Place) => void): void {
  describe(`${name}, in process`, () => {
    const cuttable = async (): Promise<Cuttable> => ({
      messaging: inMemory(),
      cut: (app) => memoryOf(app).disconnect(),
      mend: (app) => memoryOf(app).reconnect(),
    });
    body({ cluster: () => new InProcessCluster(), messaging: inMemory, cuttable, sessionMs: 500 });
  });
  withKafka(`${name}, on Apache Kafka`, (brokers) => {
    describe(`${name}, on Apache Kafka`, () => {
      const lines: HeldLine[] = [];
      afterAll(() => lines.forEach((line) => line.close()));
      const cuttable = async (): Promise<Cuttable> => {
        const line = await HeldLine.to(brokers[0] ?? '');
        lines.push(line);
        const messaging = overKafka(brokers, ({ onConnect }) => line.open(onConnect));
        return { messaging, cut: () => line.hold(), mend: () => line.release() };
      };
      body({ cluster: () => new RealCluster(brokers), messaging: () => overKafka(brokers), cuttable, sessionMs: 6_000 });
    });
  });
}
