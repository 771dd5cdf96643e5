import { until } from './until.js';

const standStill = (milliseconds: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

describe('until', () => {
  it('gives what the probe answers, also a value that counts as no', async () => {
    const answers = [false, undefined, 0] as const;
    let looks = 0;
    expect(await until(() => answers[looks++])).toBe(0);
    expect(looks).toBe(3);
  });

  it('says what it waited for in vain', async () => {
    await expect(until(() => false, 'the moon', 20)).rejects.toThrow('Waited 20 ms in vain for the moon.');
  });

  it('ends with the error of the probe', async () => {
    await expect(until(() => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
  });

  it('does not count the time in which its process stands still', async () => {
    let looks = 0;
    const late = (): boolean => {
      if (++looks === 1) standStill(700);
      return looks > 3;
    };
    expect(await until(late, 'the fourth look', 500)).toBe(true);
  });

  it('counts all of a look that only takes its time', async () => {
    let looks = 0;
    const slow = (): Promise<boolean> => {
      looks++;
      return new Promise((resolve) => setTimeout(() => resolve(false), 400));
    };
    await expect(until(slow, 'the moon', 500)).rejects.toThrow('Waited 500 ms in vain for the moon.');
    // Two, and some more where this process stood still; ten if the looks were not counted.
    expect(looks).toBeLessThanOrEqual(6);
  });
});
