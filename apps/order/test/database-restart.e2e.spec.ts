import { setTimeout as pause } from 'node:timers/promises';
import { AwakeTime, until } from '@minos/common/testing';
import { scratchServer } from '../../../tools/testing/scratch-server.js';
import { orderDatabase } from './kill-service.js';
import { readLedger } from './ledger.js';
import { OrderLoad } from './order-load.js';
import { startService } from '../../../tools/testing/service-process.js';

/** Of the best stop, which what else the machine does has met least; and of each, so that none may take ever longer. */
const BACK_MS = { best: 3_000, each: 20_000 };
/** A request may take the wait for a connection and the search for a lost commit's outcome, each at most 5 s. */
const REFUSAL_MS = { best: 12_000, each: 30_000 };

describe('the order service, while PostgreSQL stops at once and comes back', () => {
  it('answers 503 with Retry-After, stays alive, and serves again within 3 s', async () => {
    const server = await scratchServer();
    const service = await startService({ databaseUrl: server.url });
    const load = new OrderLoad(service.url, 8);
    const time = new AwakeTime();
    const backAfter: number[] = [];
    const slowest: number[] = [];
    try {
      for (let stop = 0; stop < 3; stop++) {
        const before = load.acknowledged.length;
        await until(() => load.acknowledged.length > before + 20, 'some orders');
        const refusals = load.refused.length;
        await server.kill('SIGQUIT');
        await until(() => load.refused.length > refusals, 'a refusal');
        await pause(300);
        await server.start();
        const [stopped, accepts] = [load.acknowledged.length, time.now];
        await until(() => load.acknowledged.length > stopped, 'the first order after the restart');
        backAfter.push(time.now - accepts);
        slowest.push(Math.max(...load.refused.slice(refusals).map(({ milliseconds }) => milliseconds)));
        expect(service.ended()).toBeUndefined();
      }
      await load.stop();
      expectBounds(backAfter, BACK_MS);
      expectBounds(slowest, REFUSAL_MS);
      expect([...new Set(load.refused.map(({ status }) => status))].filter((status) => ![409, 503].includes(status))).toEqual([]);
      expect(load.refused.every(({ retryAfter }) => Number(retryAfter) > 0)).toBe(true);
      const ledger = await readLedger(orderDatabase(server.url), load.acknowledged);
      expect(ledger).toMatchObject({ lost: [], doubled: [], broken: [] });
    } finally {
      time.end();
      await load.stop();
      await service.kill('SIGTERM');
      await server.remove();
    }
  });
});

function expectBounds(times: readonly number[], { best, each }: { readonly best: number; readonly each: number }): void {
  expect(Math.min(...times)).toBeLessThan(best);
  expect(Math.max(...times)).toBeLessThan(each);
}
