import { VirtualClock } from '../testing/virtual-clock.js';
import { InterruptiblePause } from './interruptible-pause.js';

function begin(pause: InterruptiblePause, milliseconds: number): { readonly result: () => boolean | undefined } {
  let result: boolean | undefined;
  void pause.wait(milliseconds).then((woken) => (result = woken));
  return { result: () => result };
}

describe('InterruptiblePause', () => {
  it('lasts as long as it is told to, and says that nobody cut it short', async () => {
    const clock = new VirtualClock();
    const { result } = begin(new InterruptiblePause(clock), 100);
    await clock.advance(99);
    expect(result()).toBeUndefined();
    await clock.advance(1);
    expect(result()).toBe(false);
  });

  it('ends with a wake-up, also one that came while nobody paused, and once for each', async () => {
    const clock = new VirtualClock();
    const pause = new InterruptiblePause(clock);
    const first = begin(pause, 100);
    await clock.advance(10);
    pause.wake();
    await clock.advance(0);
    expect(first.result()).toBe(true);
    pause.wake();
    const second = begin(pause, 100);
    await clock.advance(0);
    expect(second.result()).toBe(true);
    const third = begin(pause, 100);
    await clock.advance(50);
    expect(third.result()).toBeUndefined();
    await clock.advance(50);
    expect(third.result()).toBe(false);
  });

  it('forgets an early wake-up where it is told to, and does not wait for no time', async () => {
    const clock = new VirtualClock();
    const pause = new InterruptiblePause(clock);
    pause.wake();
    pause.reset();
    const { result } = begin(pause, 100);
    await clock.advance(50);
    expect(result()).toBeUndefined();
    expect(await new InterruptiblePause(clock).wait(0)).toBe(false);
  });
});
