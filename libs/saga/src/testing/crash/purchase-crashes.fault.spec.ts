import { exploreCrashes } from './explore-crashes.js';
import { PURCHASE_RUNS, purchaseScenario } from './purchase-crash-kit.js';

const WITHIN_MS = 900_000;

it.each(PURCHASE_RUNS.map((run) => [run.name, run] as const))(
  'a purchase that is %s ends the same way at each place where a process can die',
  async (_name, run) => {
    // #region explore
    const report = await exploreCrashes(purchaseScenario(run), { settle: '300ms' });
    report.assertSameEnds();
    // #endregion
    expect(report.runs.length).toBeGreaterThan(200);
  },
  WITHIN_MS,
);

it('as it does with two processes of the shop', async () => {
  const [run] = PURCHASE_RUNS;
  const report = await exploreCrashes(purchaseScenario({ ...run, shops: 2 }), { settle: '300ms' });
  report.assertSameEnds();
}, 900_000);

it('finds every effect that a participant without an inbox repeats', async () => {
  const [run] = PURCHASE_RUNS;
  const report = await exploreCrashes(purchaseScenario({ ...run, stockWithout: 'inbox' }), { settle: '300ms' });
  expect(report.differing.length).toBeGreaterThan(20);
}, 900_000);
