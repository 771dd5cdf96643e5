import { callRate, interleave, ratioOf } from './measure.js';
import { median, percentile, rounded } from './statistics.js';

describe('statistics', () => {
  it('take the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('take the value that a share does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([50, 99, 100]);
    expect(percentile([7], 0.01)).toBe(7);
  });

  it('round to what can be read', () => {
    expect([rounded(12345.6), rounded(1.23456), rounded(0.0123456)]).toEqual([12346, 1.23, 0.0123]);
  });
});

describe('interleaving', () => {
  it('takes turns, leaves out the first round and compares round by round', async () => {
    const order: string[] = [];
    const side = (name: string, rates: number[]) => ({ name, run: () => Promise.resolve(order.push(name)).then(() => rates.shift() ?? 0) });
    const rounds = await interleave([side('a', [999, 10, 40]), side('b', [1, 5, 10])], { rounds: 2, seconds: 0 });
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect([...rounds]).toEqual([
      ['a', [10, 40]],
      ['b', [5, 10]],
    ]);
    expect(ratioOf(rounds, 'a', 'b')).toBe(3);
  });

  it('keeps as many calls under way as there are callers', async () => {
    let running = 0;
    let most = 0;
    const rate = await callRate(4, 0.05, async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    });
    expect(most).toBe(4);
    expect(rate).toBeGreaterThan(0);
  });
});
