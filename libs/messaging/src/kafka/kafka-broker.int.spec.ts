import { HeldLine, withKafka } from '../../../../tools/testing/real-kafka.js';
import type { Broker } from '../contracts/broker.js';
import { brokerContract } from '../testing/broker.contract.js';
import type { BrokerUnderTest } from '../testing/broker-scene.js';
import { KafkaBroker } from './kafka-broker.js';

jest.setTimeout(240_000);

/** Broker objects whose connections can be held. The cluster has one node, or the first is the one that is held. */
function brokersOf(addresses: readonly string[]): BrokerUnderTest {
  const lines = new Map<Broker, HeldLine>();
  return {
    tooLarge: 2_000_000,
    open: async () => {
      const line = await HeldLine.to(addresses[0] ?? '');
      const broker = new KafkaBroker({ brokers: addresses, clientId: 'contract', socketFactory: ({ onConnect }) => line.open(onConnect) });
      lines.set(broker, line);
      return broker;
    },
    freeze: (broker) => {
      lines.get(broker)?.hold();
      return () => lines.get(broker)?.release();
    },
    close: async () => {
      for (const line of lines.values()) line.close();
    },
  };
}

withKafka('the contract of brokers on Apache Kafka', (addresses) => {
  brokerContract('Kafka', () => brokersOf(addresses));
});
