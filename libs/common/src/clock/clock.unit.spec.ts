import { setTimeout as wait } from 'node:timers/promises';
import { clockContract } from '../testing/clock.contract.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { SystemClock } from './system-clock.js';

clockContract('SystemClock', () => ({ clock: new SystemClock(), pass: (milliseconds) => wait(milliseconds) }));

clockContract('VirtualClock', () => {
  const clock = new VirtualClock();
  return { clock, pass: (milliseconds) => clock.advance(milliseconds) };
});

describe('SystemClock', () => {
  it('takes sleeps that are longer than a timer can be', async () => {
    const controller = new AbortController();
    let woken = false;
    const slept = new SystemClock().sleep(2 ** 40, controller.signal).then(
      () => (woken = true),
      () => undefined,
    );
    await wait(5);
    controller.abort();
    await slept;
    expect(woken).toBe(false);
  });
});

describe('VirtualClock', () => {
  it('stands still until it is moved', async () => {
    const clock = new VirtualClock(new Date('2026-05-01T00:00:00Z'));
    await wait(5);
    expect(new Date(clock.now()).toISOString()).toBe('2026-05-01T00:00:00.000Z');
    expect(clock.monotonic()).toBe(0);
  });

  it('shows each sleeper the time at which it is due, in sleeps that follow one another too', async () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        await clock.sleep(10);
        seen.push(clock.now());
      }
    };
    const done = loop();
    await clock.advance(25);
    expect(seen).toEqual([10, 20]);
    expect(clock.now()).toBe(25);
    expect(clock.sleeping).toBe(1);
    await clock.advance(5);
    await done;
    expect(seen).toEqual([10, 20, 30]);
  });
});
