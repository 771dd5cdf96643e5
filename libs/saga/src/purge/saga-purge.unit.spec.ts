import { VirtualClock } from '@minos/common/testing';
import { SagaPurge } from './saga-purge.js';

const DAY = 86_400_000;

/** Ended instances, and what was asked of them. */
class Ended {
  readonly asked: (readonly [ageMs: number, limit: number])[] = [];
  failures = 0;
  constructor(public left: number) {}
  purge = async (ageMs: number, limit: number): Promise<number> => {
    this.asked.push([ageMs, limit]);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('no connection');
    }
    const gone = Math.min(limit, this.left);
    this.left -= gone;
    return gone;
  };
}

describe('SagaPurge', () => {
  const clock = new VirtualClock();

  it('deletes what ended longer ago than the retention in small statements, now and then', async () => {
    const store = new Ended(2_500);
    const purge = new SagaPurge({ store, clock });
    purge.start();
    purge.start();
    await clock.advance(660_000);
    expect(store.asked.slice(0, 3)).toEqual([1, 2, 3].map(() => [30 * DAY, 1_000]));
    expect(purge.status()).toEqual({ running: true, deleted: 2_500 });
    store.left = 7;
    await clock.advance(660_000);
    expect(purge.status().deleted).toBe(2_507);
    await purge.stop();
    await purge.stop();
    store.left = 1;
    await clock.advance(1_200_000);
    expect(store.left).toBe(1);
  });

  it('says why a run failed, and goes on with the next', async () => {
    const store = new Ended(5);
    store.failures = 1;
    const purge = new SagaPurge({ store, clock }, { every: '1m', retention: '1d' });
    purge.start();
    await clock.advance(60_000);
    expect(purge.status()).toMatchObject({ deleted: 0, error: new Error('no connection') });
    await clock.advance(60_000);
    expect(purge.status()).toEqual({ running: true, deleted: 5 });
    await purge.stop();
  });
});
