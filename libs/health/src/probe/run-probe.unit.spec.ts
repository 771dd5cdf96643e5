import type { HealthProbeResult } from '@minos/common';
import { runProbe } from './run-probe.js';

const LATE = { status: 'down', details: { message: 'no answer within 20 ms' } };

describe('runProbe', () => {
  const probeOf = (check: () => HealthProbeResult | Promise<HealthProbeResult>) => ({
    name: 'x',
    kind: 'readiness' as const,
    probe: { check },
  });

  it('does not ask a slow probe again before it has answered, and then does', async () => {
    let asked = 0;
    let answer: (result: HealthProbeResult) => void = () => undefined;
    const found = probeOf(() => {
      asked++;
      return new Promise((resolve) => (answer = resolve));
    });
    expect(await Promise.all([runProbe(found, 20), runProbe(found, 20)])).toEqual([LATE, LATE]);
    const joined = runProbe(found, 20);
    expect(asked).toBe(1);
    answer({ status: 'up' });
    expect(await joined).toEqual({ status: 'up' });
    const next = runProbe(found, 20);
    answer({ status: 'up' });
    expect([await next, asked]).toEqual([{ status: 'up' }, 2]);
  });

  it('asks anew where an answer does not come any more', async () => {
    let asked = 0;
    const found = probeOf(() => (++asked === 1 ? new Promise(() => undefined) : { status: 'up' }));
    for (let at = 0; at < 3; at++) expect(await runProbe(found, 20)).toEqual(LATE);
    expect(asked).toBe(1);
    let last: HealthProbeResult | undefined;
    for (let at = 0; at < 20 && asked < 2; at++) last = await runProbe(found, 20);
    expect(last).toEqual({ status: 'up' });
  });

  it('asks anew after a failure', async () => {
    let asked = 0;
    const found = probeOf(() => {
      if (++asked === 1) throw new RangeError('secret');
      return { status: 'up' };
    });
    expect(await runProbe(found, 20)).toEqual({ status: 'down', details: { message: 'RangeError' } });
    expect(await runProbe(found, 20)).toEqual({ status: 'up' });
  });
});
