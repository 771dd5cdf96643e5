import { MemoryLog } from '@minos/messaging';
import { withKafka } from '../../tools/testing/real-kafka.js';
import { InProcessCluster, type PlainKafka, RealCluster } from './plain-kafka.js';
import { type Messaging, QUICK } from './scene.js';

/** Where a scenario runs. */
export interface Place {
  /** For the plain side: a cluster that no other test sees. */
  cluster(): PlainKafka;
  /** For our side: options of the broker that no other test sees. */
  messaging(): Messaging;
}

/** Declares a scenario in process, and once more on the cluster that `KAFKA_BROKERS` names. */
export function onEachKafka(name: string, body: (place: Place) => void): void {
  describe(`${name}, in process`, () => {
    body({ cluster: () => new InProcessCluster(), messaging: () => ({ ...QUICK, broker: { kind: 'memory', log: new MemoryLog() } }) });
  });
  withKafka(`${name}, on Apache Kafka`, (brokers) => {
    describe(`${name}, on Apache Kafka`, () => {
      const messaging = (): Messaging => ({
        ...QUICK,
        channels: { partitions: 1 },
        broker: { kind: 'kafka', kafka: { brokers: [...brokers] }, namespace: new RealCluster(brokers).name },
      });
      body({ cluster: () => new RealCluster(brokers), messaging });
    });
  });
}
