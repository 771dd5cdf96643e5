import type { HealthProbeResult } from '@minos/common';
import { AskedProbe } from './asked-probe.js';

const LATE = { status: 'down', details: { message: 'no answer within 20 ms' } };

describe('AskedProbe', () => {
  const probeOf = (check: () => HealthProbeResult | Promise<HealthProbeResult>, patience = 3_600_000): AskedProbe =>
    new AskedProbe({ name: 'x', kind: 'readiness', probe: { check } }, { timeout: 20, patience });

  it('does not ask a slow probe again before it has answered, and then does', async () => {
    let asked = 0;
    let answer: (result: HealthProbeResult) => void = () => undefined;
    const found = probeOf(() => {
      asked++;
      return new Promise((resolve) => (answer = resolve));
    });
    expect(await Promise.all([found.ask(), found.ask()])).toEqual([LATE, LATE]);
    const joined = found.ask();
    expect(asked).toBe(1);
    answer({ status: 'up' });
    expect(await joined).toEqual({ status: 'up' });
    const next = found.ask();
    answer({ status: 'up' });
    expect([await next, asked]).toEqual([{ status: 'up' }, 2]);
  });

  it('asks anew where an answer does not come any more', async () => {
    let asked = 0;
    const found = probeOf(() => (++asked === 1 ? new Promise(() => undefined) : { status: 'up' }), 100);
    expect([await found.ask(), asked]).toEqual([LATE, 1]);
    let last: HealthProbeResult | undefined;
    for (let at = 0; at < 200 && asked < 2; at++) last = await found.ask();
    expect(last).toEqual({ status: 'up' });
  });

  it('asks anew after a failure', async () => {
    let asked = 0;
    const found = probeOf(() => {
      if (++asked === 1) throw new RangeError('secret');
      return { status: 'up' };
    });
    expect(await found.ask()).toEqual({ status: 'down', details: { message: 'RangeError' } });
    expect(await found.ask()).toEqual({ status: 'up' });
  });
});
