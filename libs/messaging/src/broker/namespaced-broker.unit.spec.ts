import { MemoryBroker } from '../memory/broker/memory-broker.js';
import { MemoryLog } from '../memory/broker/memory-log.js';
import { brokerContract } from '../testing/index.js';
import { NamespacedBroker } from './namespaced-broker.js';

brokerContract('MemoryBroker, with a namespace', () => {
  const log = new MemoryLog();
  const inner = new Map<NamespacedBroker, MemoryBroker>();
  return {
    tooLarge: 1_048_577,
    open: () => {
      const memory = new MemoryBroker({ log });
      const broker = new NamespacedBroker(memory, 'shop');
      inner.set(broker, memory);
      return broker;
    },
    freeze: (broker) => {
      const memory = inner.get(broker as NamespacedBroker);
      memory?.disconnect();
      return () => memory?.reconnect();
    },
  };
});
