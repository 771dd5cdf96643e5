import { Database } from '@minos/postgres';
import type { Broker } from '../../contracts/broker.js';
import { brokerContract } from '../../testing/broker.contract.js';
import { FreezableExecutor, testingLog } from './broker-log-kit.js';

brokerContract('PostgresBroker', async () => {
  const log = await testingLog();
  const executors = new Map<Broker, FreezableExecutor>();
  const pools: Database[] = [];
  return {
    tooLarge: 1_048_577,
    open: () => {
      const pool = new Database({ connectionString: log.url });
      const executor = new FreezableExecutor(pool);
      const broker = log.broker({ database: executor });
      pools.push(pool);
      executors.set(broker, executor);
      return broker;
    },
    freeze: (broker) => executors.get(broker)?.freeze() ?? (() => undefined),
    close: async () => {
      await log.close();
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
});
