import type { CrashPlace } from './crash-report.js';
import { exploreCrashes, type ExploreProgress } from './explore-crashes.js';
import { PURCHASE_RUNS, purchaseScenario } from './purchase-crash-kit.js';

/* A part of the places; the fault spec beside it has them all. */

const ONE_IN = 8;

function some(first: number): (place: CrashPlace) => boolean {
  let count = first;
  return () => (count += 1) % ONE_IN === 0;
}

it.each(PURCHASE_RUNS.map((run, index) => [run.name, run, index] as const))(
  'a purchase that is %s ends the same way wherever a process dies',
  async (_name, run, index) => {
    const progress: ExploreProgress[] = [];
    const report = await exploreCrashes(purchaseScenario(run), {
      settle: '300ms',
      at: some(index),
      onProgress: (one) => progress.push(one),
    });
    report.assertSameEnds();
    expect(report.first.endState).toMatchObject(run.ends);
    expect(report.runs.length).toBeGreaterThan(20);
    expect(progress.at(-1)).toMatchObject({ done: report.runs.length, all: report.runs.length, differing: 0 });
  },
  300_000,
);

it('shows what a participant without an inbox does twice', async () => {
  const [run] = PURCHASE_RUNS;
  const at = ({ process, point }: CrashPlace): boolean => process === 'stock' && point.startsWith('messaging.publish');
  const report = await exploreCrashes(purchaseScenario({ ...run, stockWithout: 'inbox' }), { settle: '300ms', at });
  expect(report.differing.flatMap(({ twice }) => twice)).toContain('shelf-one shelf.taken {"basketId":"b-1","pieces":3}');
  expect(() => report.assertSameEnds()).toThrow('too often: shelf-one shelf.taken');
});

it('finds the same places each time', async () => {
  const [run] = PURCHASE_RUNS;
  const places: CrashPlace[][] = [[], []];
  for (const list of places) await exploreCrashes(purchaseScenario(run), { at: (place) => (list.push(place), false) });
  expect(places[0]).toEqual(places[1]);
  expect(new Set(places[0]?.map(({ process }) => process))).toEqual(new Set(['shop', 'stock', 'bank']));
});
