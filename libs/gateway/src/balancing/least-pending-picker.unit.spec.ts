import fc from 'fast-check';
import type { CallOutcome, InstanceLease } from '../contracts/balancing.js';
import { Balanced } from './balancing-kit.js';

const refusal = (balanced: Balanced): string | undefined => {
  const picked = balanced.pick();
  return picked.kind === 'refused' ? picked.reason : undefined;
};

describe('who is picked', () => {
  it('has the fewest pending requests', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2', 'order/3');
    const leases = Array.from({ length: 9 }, () => balanced.lease());
    expect(balanced.pending()).toEqual([3, 3, 3]);
    leases.filter(({ instance }) => instance.instance === 'order/2').forEach((lease) => lease.done('answered'));
    expect(Array.from({ length: 3 }, () => balanced.lease().instance.instance)).toEqual(['order/2', 'order/2', 'order/2']);
  });

  it('is any of those with as few', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2', 'order/3', 'order/4');
    const counts = [...balanced.calls(4_000).values()];
    expect(counts).toHaveLength(4);
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
  });

  it('is never draining, and suspect only where nobody else is there', () => {
    const balanced = new Balanced();
    balanced.set('order/1 draining', 'order/2 suspect', 'order/3');
    expect([...balanced.calls(50).keys()]).toEqual(['order/3']);
    balanced.set('order/1 draining', 'order/2 suspect');
    expect([...balanced.calls(50).keys()]).toEqual(['order/2']);
    balanced.set('order/1 draining');
    expect(refusal(balanced)).toBe('none');
  });

  it('was not asked before by the same request, unless nobody else is there', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2 suspect');
    expect(balanced.lease({ exclude: new Set(['order/1']) }).instance.instance).toBe('order/2');
    expect(balanced.lease({ exclude: new Set(['order/1', 'order/2']) }).instance.instance).toBe('order/1');
  });

  it('is one of those that have the route', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2');
    expect([...balanced.calls(20, [], { only: new Set(['order/2']) }).keys()]).toEqual(['order/2']);
    expect(balanced.pick({ only: new Set(['order/9']) })).toMatchObject({ kind: 'refused', reason: 'none' });
  });

  it('is nobody where there is no such service', () => {
    const balanced = new Balanced();
    expect(balanced.pick()).toMatchObject({ kind: 'refused', reason: 'unknown', retryAfterMs: 2_000 });
  });
});

describe('limits', () => {
  it('of an instance and of a service are kept, and say when to come again', () => {
    const balanced = new Balanced({ pendingPerInstance: 2, pendingPerService: 3 });
    balanced.set('order/1');
    const first = balanced.lease();
    balanced.lease();
    expect(balanced.pick()).toEqual({ kind: 'refused', reason: 'saturated', retryAfterMs: 1_000 });
    balanced.set('order/1', 'order/2');
    balanced.lease();
    expect(refusal(balanced)).toBe('saturated');
    first.done('cancelled');
    expect(refusal(balanced)).toBeUndefined();
  });

  it('do not send to a suspect instance what the good ones cannot take', () => {
    const balanced = new Balanced({ pendingPerInstance: 1 });
    balanced.set('order/1', 'order/2 suspect');
    balanced.lease();
    expect(refusal(balanced)).toBe('saturated');
  });
});

describe('a new instance', () => {
  it('gets its share bit by bit', async () => {
    const balanced = new Balanced({ slowStart: '10s' });
    balanced.set('order/1', 'order/2', 'order/3');
    expect(balanced.calls(900).size).toBe(3);
    balanced.set('order/1', 'order/2', 'order/3', 'order/4');
    // So many that chance moves none of the shares by as much as a tenth of it.
    const share = (): number => (balanced.calls(20_000).get('order/4') ?? 0) / 20_000;
    const first = share();
    await balanced.clock.advance(5_000);
    const half = share();
    await balanced.clock.advance(5_000);
    const full = share();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(0.06);
    expect(half).toBeGreaterThan(first);
    expect(half).toBeLessThan(0.2);
    expect(full).toBeGreaterThan(0.19);
  });

  it('is not flooded because it has nothing to do yet', () => {
    const balanced = new Balanced();
    balanced.set('order/1', 'order/2');
    for (let call = 0; call < 200; call++) balanced.lease();
    balanced.set('order/1', 'order/2', 'order/3');
    for (let call = 0; call < 100; call++) balanced.lease();
    expect(balanced.pending()[2]).toBeLessThan(20);
  });

  it('gets everything at once where nobody else is there', () => {
    const balanced = new Balanced();
    balanced.set('order/1');
    balanced.set('order/2');
    expect(balanced.calls(10).get('order/2')).toBe(10);
  });
});

describe('leases', () => {
  it('count once, whatever is said later', () => {
    const balanced = new Balanced();
    balanced.set('order/1');
    const lease = balanced.lease();
    lease.done('answered');
    lease.done('failed');
    lease.answered();
    expect(balanced.pending()).toEqual([0]);
  });

  it('stay good where their instance is gone, and count for nobody else', () => {
    const balanced = new Balanced();
    balanced.set('order/1');
    const lease = balanced.lease();
    balanced.set('order/2');
    lease.done('failed');
    expect(balanced.pending()).toEqual([0]);
    balanced.set('order/1');
    expect(balanced.pending()).toEqual([0]);
  });

  const step = fc.oneof(
    fc.record({ do: fc.constant('pick' as const) }),
    fc.record({
      do: fc.constant('done' as const),
      lease: fc.nat(),
      outcome: fc.constantFrom<CallOutcome>('answered', 'failed', 'cancelled'),
    }),
    fc.record({ do: fc.constant('answered' as const), lease: fc.nat() }),
    fc.record({
      do: fc.constant('set' as const),
      names: fc.subarray(['order/1', 'order/2', 'order/3 suspect', 'order/4 draining', 'order/5']),
    }),
    fc.record({ do: fc.constant('wait' as const), milliseconds: fc.nat(20_000) }),
  );

  it('never leak nor go below zero, in whatever order things happen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const balanced = new Balanced({ pendingPerInstance: 4, pendingPerService: 9, ejection: { failures: 2 }, circuit: { failures: 3 } });
        balanced.set('order/1', 'order/2');
        const leases: InstanceLease[] = [];
        for (const one of steps) {
          if (one.do === 'pick') {
            const picked = balanced.pick();
            if (picked.kind === 'picked') leases.push(picked.lease);
            else expect(picked.retryAfterMs).toBeGreaterThan(0);
          } else if (one.do === 'done') leases[one.lease % leases.length]?.done(one.outcome);
          else if (one.do === 'answered') leases[one.lease % leases.length]?.answered();
          else if (one.do === 'set') balanced.set(...one.names);
          else await balanced.clock.advance(one.milliseconds);
          for (const pending of balanced.pending()) {
            expect(pending).toBeGreaterThanOrEqual(0);
            expect(pending).toBeLessThanOrEqual(4);
          }
          const staying = balanced.picker.standings().length;
          expect(balanced.ejected().length).toBeLessThanOrEqual(Math.floor(staying / 2));
        }
        for (const lease of leases) lease.done('answered');
        expect(balanced.pending().every((pending) => pending === 0)).toBe(true);
        // Whatever happened, an answer is never further away than the longest time of the circuit.
        balanced.set('order/1', 'order/2');
        await balanced.clock.advance(30_000);
        expect(balanced.pick().kind).toBe('picked');
      }),
      { numRuns: 300 },
    );
  });
});
