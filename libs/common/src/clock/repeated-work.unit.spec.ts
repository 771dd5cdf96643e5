import { VirtualClock } from '../testing/virtual-clock.js';
import { RepeatedWork, type RepeatedWorkParts } from './repeated-work.js';

describe('RepeatedWork', () => {
  const clock = new VirtualClock();
  let runs = 0;
  const create = (given: Partial<RepeatedWorkParts> = {}): RepeatedWork =>
    new RepeatedWork({ clock, everyMs: 1_000, work: async () => void (runs += 1), ...given });

  beforeEach(() => (runs = 0));

  it('works once in the time at the least, from the start to the end, and can begin again', async () => {
    const work = create();
    work.start();
    work.start();
    expect([work.running, runs]).toEqual([true, 0]);
    await clock.advance(740);
    expect(runs).toBe(0);
    await clock.advance(260);
    expect(runs).toBe(1);
    await clock.advance(1_000);
    expect(runs).toBe(2);
    await work.stop();
    await work.stop();
    await clock.advance(10_000);
    expect([work.running, runs]).toEqual([false, 2]);
    work.start();
    await clock.advance(1_000);
    expect(runs).toBe(3);
    await work.stop();
  });

  it('begins at once where it is asked to', async () => {
    const work = create({ atOnce: true });
    work.start();
    await clock.advance(0);
    expect(runs).toBe(1);
    await work.stop();
  });

  it('says why the last run failed, and goes on', async () => {
    const failure = new Error('no connection');
    const work = create({ work: () => ((runs += 1) === 1 ? Promise.reject(failure) : Promise.resolve()) });
    work.start();
    await clock.advance(1_000);
    expect(work.error).toBe(failure);
    await clock.advance(1_000);
    expect([work.error, runs]).toEqual([undefined, 2]);
    await work.stop();
  });

  it('tells a run that it shall end, and waits for it', async () => {
    let ended = false;
    const work = create({
      atOnce: true,
      work: async (signal) => {
        await clock.sleep(60_000, signal).catch(() => undefined);
        ended = true;
      },
    });
    work.start();
    await clock.advance(0);
    await work.stop();
    expect(ended).toBe(true);
  });
});
