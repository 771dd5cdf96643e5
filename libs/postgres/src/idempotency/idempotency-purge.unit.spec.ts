import { VirtualClock } from '@minos/common/testing';
import { IdempotencyPurge } from './idempotency-purge.js';

describe('IdempotencyPurge', () => {
  it('goes on after a run that failed, and stops when it is closed', async () => {
    const clock = new VirtualClock();
    let runs = 0;
    const purge = new IdempotencyPurge(
      { purge: () => ((runs += 1) === 1 ? Promise.reject(new Error('no connection')) : Promise.resolve(3)) },
      clock,
      1_000,
    );
    purge.start();
    purge.start();
    await clock.advance(1_000);
    await clock.advance(1_000);
    expect(runs).toBe(2);
    await purge.close();
    await purge.close();
    await clock.advance(10_000);
    expect(runs).toBe(2);
  });
});
