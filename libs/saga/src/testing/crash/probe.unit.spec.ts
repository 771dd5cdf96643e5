import { appendFileSync } from 'node:fs';
import { ScenarioRun } from './scenario-run.js';
import { withSeededChance } from './seeded-chance.js';
import { purchaseScenario } from './purchase-crash-kit.js';

it('probe', async () => {
  for (const s of [
    purchaseScenario({ name: 'happy', pieces: 3, price: 10 }),
    purchaseScenario({ name: 'rejected', pieces: 3, price: 100 }),
    purchaseScenario({ name: 'late', pieces: 3, price: 10, stockAwayMs: 8000 }),
  ]) {
    for (let i = 0; i < 4; i++) {
    const t = Date.now(); const c = process.cpuUsage();
    const run = new ScenarioRun(s, { restartAfter: 100, settle: 300, within: 60000, isIdle: (point: string) => /^(leases\.|messaging\.outbox-(unsent|waiting)|messaging\.parked-work|saga\.claim-due)/.test(point) });
    const end = await withSeededChance(1, () => run.toTheEnd());
    const counts = new Map<string, number>();
    for (const { point } of run.passed) counts.set(point, (counts.get(point) ?? 0) + 1);
    appendFileSync('/tmp/w-kit-probe.txt', `${s.name} ${Date.now() - t}ms cpu ${Math.round((process.cpuUsage(c).user + process.cpuUsage(c).system)/1000)} ${run.passed.length} ${(run as any).clock.monotonic()} ${JSON.stringify(end)}\n` + [...counts].sort((a, b) => b[1] - a[1]).map(([p, n]) => `   ${n} ${p}`).join('\n') + '\n');
    }
  }
});
