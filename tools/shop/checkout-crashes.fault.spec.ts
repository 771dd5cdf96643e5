import { exploreCrashes } from '@minos/saga/testing';
import { CHECKOUT_RUNS, checkoutScenario } from './checkout-crash-kit.js';

it.each(CHECKOUT_RUNS.map((run) => [run.name, run] as const))(
  'a checkout that is %s ends the same way at each place where a process can die',
  async (_name, run) => {
    const report = await exploreCrashes(checkoutScenario(run), { settle: '300ms' });
    process.stdout.write(`checkout ${run.name}: ${report.runs.length} places, ${report.differing.length} differ\n`);
    report.assertSameEnds();
    expect(report.first.endState).toMatchObject(run.ends);
    expect(report.runs.length).toBeGreaterThan(150);
  },
  900_000,
);
