import { Balanced } from './balancing-kit.js';
import { type BalancingOptions, resolveBalancingOptions } from './balancing.options.js';
import { WindowedRetryBudget } from './windowed-retry-budget.js';
import { VirtualClock } from '@minos/common/testing';
import fc from 'fast-check';

// #region balancing
const balancing: BalancingOptions = {
  pendingPerInstance: 200,
  slowStart: '20s',
  ejection: { failures: 3, time: '10s' },
  retries: { share: 0.1 },
};
// #endregion

it('is written as in the documentation', () => {
  expect(resolveBalancingOptions(balancing)).toMatchObject({
    pendingPerInstance: 200,
    pendingPerService: 5_000,
    slowStart: 20_000,
    ejection: { failures: 3, time: 10_000, longest: 300_000, share: 0.5 },
    circuit: { failures: 20 },
    retries: { share: 0.1, perSecond: 2 },
  });
});

describe('an instance that fails', () => {
  it('once is passed over for a moment, each time for longer, where others are there', async () => {
    const balanced = new Balanced({ ejection: { pause: '50ms', failures: 100 } });
    balanced.set('order/1', 'order/2');
    const isPicked = (): boolean => {
      const leases = Array.from({ length: 20 }, () => balanced.lease());
      leases.forEach((lease) => lease.done('cancelled'));
      return leases.some(({ instance }) => instance.instance === 'order/2');
    };
    for (const time of [50, 100, 200, 400, 800, 1_000, 1_000]) {
      balanced.lease({ only: new Set(['order/2']) }).done('failed');
      await balanced.clock.advance(time - 1);
      expect(isPicked()).toBe(false);
      await balanced.clock.advance(1);
      expect(isPicked()).toBe(true);
    }
    balanced.lease({ only: new Set(['order/2']) }).done('answered');
    balanced.lease({ only: new Set(['order/2']) }).done('failed');
    await balanced.clock.advance(50);
    expect(isPicked()).toBe(true);
  });

  it('five times in a row is left alone for a while, then tried with one request', async () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2', 'order/3');
    balanced.calls(60, ['order/2']);
    expect(balanced.ejected()).toEqual(['order/2']);
    expect(balanced.calls(60).get('order/2')).toBeUndefined();

    await balanced.clock.advance(5_000);
    const leases = Array.from({ length: 30 }, () => balanced.lease());
    const tried = leases.filter(({ instance }) => instance.instance === 'order/2');
    expect(tried).toHaveLength(1);
    tried[0]?.done('answered');
    expect(balanced.ejected()).toEqual([]);
  });

  it('again when it is tried is left alone for twice as long, up to a limit', async () => {
    const balanced = new Balanced({ ejection: { longest: '12s' } });
    balanced.set('order/1', 'order/2');
    balanced.calls(60, ['order/2']);
    for (const time of [5_000, 10_000, 12_000, 12_000]) {
      await balanced.clock.advance(time - 1);
      expect(balanced.calls(20, ['order/2']).get('order/2')).toBeUndefined();
      await balanced.clock.advance(1);
      expect(balanced.calls(20, ['order/2']).get('order/2')).toBe(1);
    }
  });

  it('half of the time is left alone, too, where it does so often enough', () => {
    const balanced = new Balanced({ ejection: { requests: 20, rate: 0.5 } });
    balanced.set('order/1', 'order/2');
    const only = { only: new Set(['order/1']) };
    for (let call = 0; call < 9; call++) {
      balanced.lease(only).done('answered');
      balanced.lease(only).done('failed');
    }
    expect(balanced.ejected()).toEqual([]);
    balanced.lease(only).done('answered');
    balanced.lease(only).done('failed');
    expect(balanced.ejected()).toEqual(['order/1']);
  });

  it('a while ago is forgiven', async () => {
    const balanced = new Balanced({ ejection: { requests: 20, rate: 0.5, window: '10s' } });
    balanced.set('order/1', 'order/2');
    for (let call = 0; call < 60; call++) {
      const lease = balanced.lease({ only: new Set(['order/1']) });
      lease.done(call % 2 === 0 ? 'answered' : 'failed');
      await balanced.clock.advance(1_000);
    }
    expect(balanced.ejected()).toEqual([]);
  });

  it('because callers leave does not fail', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2');
    for (let call = 0; call < 50; call++) balanced.lease().done('cancelled');
    expect(balanced.ejected()).toEqual([]);
  });

  it('in the middle of an answer fails', () => {
    const balanced = new Balanced({ ejection: { failures: 2, requests: 4, rate: 0.5 } });
    balanced.set('order/1', 'order/2');
    for (let call = 0; call < 3; call++) {
      const lease = balanced.lease({ only: new Set(['order/1']) });
      lease.answered();
      lease.done('failed');
    }
    expect(balanced.ejected()).toEqual(['order/1']);
  });

  it('is not left alone where more than half would be', () => {
    const balanced = new Balanced({ circuit: { failures: 1_000 } });
    balanced.set('order/1', 'order/2', 'order/3');
    balanced.calls(100, ['order/1', 'order/2', 'order/3']);
    expect(balanced.ejected()).toHaveLength(1);
    const single = new Balanced({ circuit: { failures: 1_000 } });
    single.set('order/1');
    single.calls(100, ['order/1']);
    expect(single.ejected()).toEqual([]);
  });

  it('comes back early where those that worked are gone', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2', 'order/3', 'order/4');
    balanced.calls(100, ['order/1', 'order/2']);
    expect(balanced.ejected()).toEqual(['order/1', 'order/2']);
    balanced.set('order/1', 'order/2');
    expect(balanced.ejected()).toHaveLength(1);
    balanced.set('order/1');
    expect(balanced.calls(1).get('order/1')).toBe(1);
  });

  it('is used although it is ejected where no other has the route: panic', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2');
    balanced.calls(60, ['order/1']);
    expect(balanced.calls(3, [], { only: new Set(['order/1']) }).get('order/1')).toBe(3);
  });

  it('and restarts is another one', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2');
    balanced.calls(60, ['order/2']);
    balanced.set('order/1', 'order/3');
    expect(balanced.ejected()).toEqual([]);
  });
});

describe('a circuit', () => {
  const open = (): Balanced => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2');
    for (let call = 0; call < 20; call++) balanced.lease().done('failed');
    return balanced;
  };

  it('opens where a whole service fails, and says when to come again', async () => {
    const balanced = open();
    expect(balanced.pick()).toEqual({ kind: 'refused', reason: 'open', retryAfterMs: 1_000 });
    await balanced.clock.advance(400);
    expect(balanced.pick()).toMatchObject({ retryAfterMs: 600 });
  });

  it('lets one request through after a while, and closes when that is answered', async () => {
    const balanced = open();
    await balanced.clock.advance(1_000);
    const trial = balanced.lease();
    expect(balanced.pick().kind).toBe('refused');
    trial.answered();
    expect(balanced.pick().kind).toBe('picked');
  });

  it('stays open for longer and longer where that fails', async () => {
    const balanced = open();
    for (const time of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      await balanced.clock.advance(time - 1);
      expect(balanced.pick().kind).toBe('refused');
      await balanced.clock.advance(1);
      balanced.lease().done('failed');
    }
  });

  it('lets the next one through where the first says nothing', async () => {
    const balanced = open();
    await balanced.clock.advance(1_000);
    balanced.lease().done('cancelled');
    balanced.lease().done('answered');
    expect(balanced.picker.standings()[0]?.circuit).toBe('closed');
  });

  it('that closed is not opened by the failure of a single request, be it one that was to decide', async () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2');
    const slow = balanced.lease();
    for (let call = 0; call < 20; call++) balanced.lease().done('failed');
    await balanced.clock.advance(1_000);
    const trial = balanced.lease();
    slow.done('answered');
    trial.done('failed');
    expect(balanced.pick().kind).toBe('picked');
  });

  it('stays closed while one instance works, however many fail', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2', 'order/3', 'order/4');
    for (let call = 0; call < 200; call++) {
      const lease = balanced.lease();
      // The one that works is slow: its calls never end here.
      if (lease.instance.instance !== 'order/4') lease.done('failed');
    }
    expect(balanced.pick().kind).toBe('picked');
  });

  it('closes where a new instance comes, but not where one goes', () => {
    const balanced = open();
    balanced.set('order/1');
    expect(balanced.pick().kind).toBe('refused');
    balanced.set('order/1', 'order/3');
    expect(balanced.pick().kind).toBe('picked');
  });

  it('is of one service alone', () => {
    const balanced = open();
    balanced.set('order/1', 'order/2', 'product/1');
    expect(balanced.picker.pick({ service: 'product' }).kind).toBe('picked');
  });
});

describe('the budget for retries', () => {
  const budgetOf = (clock: VirtualClock, retries = {}): WindowedRetryBudget =>
    new WindowedRetryBudget(resolveBalancingOptions({ retries }).retries, clock);

  it('is a share of the requests and a few more', () => {
    const budget = budgetOf(new VirtualClock(), { share: 0.2, perSecond: 1 });
    for (let request = 0; request < 100; request++) budget.sent('order');
    const taken = Array.from({ length: 100 }, () => budget.take('order')).filter(Boolean);
    expect(taken).toHaveLength(20 + 10);
    expect(budget.take('product')).toBe(true);
  });

  it('is never more in any ten seconds, however requests come', async () => {
    const step = fc.oneof(fc.constant('sent'), fc.constant('take'), fc.nat(3_000));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
        const clock = new VirtualClock();
        const budget = budgetOf(clock, { share: 0.5, perSecond: 0.2 });
        const sent: number[] = [];
        const taken: number[] = [];
        for (const one of steps) {
          if (typeof one === 'number') await clock.advance(one);
          else if (one === 'sent') {
            budget.sent('order');
            sent.push(clock.monotonic());
          } else if (budget.take('order')) taken.push(clock.monotonic());
          const recent = (times: number[], within: number): number => times.filter((time) => time > clock.monotonic() - within).length;
          expect(recent(taken, 9_000)).toBeLessThanOrEqual(recent(sent, 20_000) * 0.5 + 2);
        }
      }),
      { numRuns: 100 },
    );
  });
});
