import { SystemClock } from '@minos/common';
import type { CheckpointStore, FeedPosition } from '@minos/event-sourcing';
import { CheckpointWatch } from './checkpoint-watch.js';

const at = (position: number): FeedPosition => String(position) as FeedPosition;

describe('CheckpointWatch', () => {
  const clock = new SystemClock();
  const later = (ms: number): number => clock.monotonic() + ms;
  const watchOf = (load: () => Promise<FeedPosition | undefined>): CheckpointWatch =>
    new CheckpointWatch('list', { load } as unknown as CheckpointStore, clock);

  it('tells everybody who waits, each when it is there, with one look at a time', async () => {
    let position = 0;
    let [looking, most] = [0, 0];
    const watch = watchOf(async () => {
      most = Math.max(most, ++looking);
      await Promise.resolve();
      looking -= 1;
      return at(++position);
    });
    const reached = await Promise.all(
      [3, 1, 2, 2].map((wanted) => watch.reached(at(wanted), later(15_000)).then(() => position >= wanted)),
    );
    expect(reached).toEqual([true, true, true, true]);
    expect(most).toBe(1);
  });

  it('gives up at the deadline, and looks once also where that is over', async () => {
    const watch = watchOf(async () => at(1));
    expect(await watch.reached(at(2), later(30))).toBe(false);
    expect(await watch.reached(at(1), later(-1))).toBe(true);
    expect(await watchOf(async () => undefined).reached(at(1), later(-1))).toBe(false);
  });

  it('rejects where the checkpoint cannot be read, and looks again for who comes then', async () => {
    let broken = true;
    const watch = watchOf(async () => {
      if (broken) throw new Error('away');
      return at(1);
    });
    await expect(watch.reached(at(1), later(15_000))).rejects.toThrow('away');
    broken = false;
    expect(await watch.reached(at(1), later(15_000))).toBe(true);
  });
});
