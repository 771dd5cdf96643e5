import { type CrashPlace, exploreCrashes } from '@minos/saga/testing';
import { CHECKOUT_RUNS, checkoutScenario } from './checkout-crash-kit.js';

/* A part of the places; the fault spec beside it has them all. */

const ONE_IN = 20;

it.each(CHECKOUT_RUNS.map((run, index) => [run.name, run, index] as const))(
  'a checkout that is %s ends the same way wherever a process dies',
  async (_name, run, index) => {
    let count = index;
    const at = (_place: CrashPlace): boolean => (count += 1) % ONE_IN === 0;
    const report = await exploreCrashes(checkoutScenario(run), { settle: '300ms', at });
    report.assertSameEnds();
    expect(report.first.endState).toMatchObject(run.ends);
    expect(report.runs.length).toBeGreaterThan(8);
  },
  600_000,
);
