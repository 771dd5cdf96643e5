import { brokerContract } from '../../testing/index.js';
import { MemoryBroker } from './memory-broker.js';
import { MemoryLog } from './memory-log.js';

brokerContract('MemoryBroker', () => {
  const log = new MemoryLog();
  return {
    tooLarge: 1_048_577,
    open: () => new MemoryBroker({ log }),
    freeze: (broker) => {
      const memory = broker as MemoryBroker;
      memory.disconnect();
      return () => memory.reconnect();
    },
  };
});
