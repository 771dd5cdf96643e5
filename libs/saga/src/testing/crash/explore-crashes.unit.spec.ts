import type { CrashScenario } from './crash-scenario.js';
import { exploreCrashes } from './explore-crashes.js';

interface Ledger {
  readonly lines: string[];
  orders: string[];
}

/** A clerk who writes what is ordered into a book, and then crosses the order out; `looks`: he looks first whether it is in the book. */
function clerk(looks: boolean, fails = false): CrashScenario<Ledger, readonly string[]> {
  return {
    name: 'clerk',
    storage: () => ({ lines: [], orders: [] }),
    processes: {
      clerk: (process, ledger) => {
        const book = {
          write: async (line: string): Promise<void> => {
            if (!looks || !ledger.lines.includes(line)) ledger.lines.push(line);
          },
          cross: async (): Promise<void> => void ledger.orders.shift(),
        };
        const port = process.port(book, 'book.');
        const work = async (): Promise<void> => {
          for (;;) {
            await process.clock.sleep(10);
            const [order] = ledger.orders;
            if (order === undefined) continue;
            await port.write(order);
            await port.cross();
          }
        };
        void work();
      },
    },
    begin: (ledger) => {
      if (fails) throw new Error('no pen');
      ledger.orders = ['a', 'b'];
    },
    isOver: ({ orders }) => orders.length === 0,
    endState: ({ lines }) => [...new Set(lines)],
    effects: ({ lines }) => lines,
  };
}

it('finds what happens twice, and where', async () => {
  const report = await exploreCrashes(clerk(false));
  expect(report.points).toEqual(['book.cross.after', 'book.cross.before', 'book.write.after', 'book.write.before']);
  expect(report.runs).toHaveLength(8);
  expect(report.differing.map(({ place: { point, occurrence }, twice }) => [point, occurrence, twice])).toEqual([
    ['book.write.after', 1, ['a']],
    ['book.cross.before', 1, ['a']],
    ['book.write.after', 2, ['b']],
    ['book.cross.before', 2, ['b']],
  ]);
  expect(report.text()).toBe(
    [
      'clerk: 4 crash points, passed 8 times; 4 runs ended like the first one, 4 did not.',
      'End without a crash: ["a","b"]',
      '- clerk died at book.write.after (1): too often: a',
      '- clerk died at book.cross.before (1): too often: a',
      '- clerk died at book.write.after (2): too often: b',
      '- clerk died at book.cross.before (2): too often: b',
    ].join('\n'),
  );
});

it('is content where nothing does', async () => {
  const report = await exploreCrashes(clerk(true));
  report.assertSameEnds();
  expect(report.runs.every(({ fired, ended }) => fired && ended)).toBe(true);
});

it('explores nothing of a run that does not come to its end', async () => {
  const report = await exploreCrashes({ ...clerk(true), isOver: () => false }, { within: '1s' });
  expect(report.runs).toEqual([]);
  expect(() => report.assertSameEnds()).toThrow('The run without a crash did not come to its end.');
});

it('says what a run that a crash keeps from its end has missed', async () => {
  const once = clerk(true);
  const scenario: typeof once = {
    ...once,
    processes: { clerk: (process, ledger) => (process.life > 1 ? undefined : once.processes['clerk']?.(process, ledger)) },
  };
  const report = await exploreCrashes(scenario, { within: '1s', at: ({ occurrence }) => occurrence === 1 });
  expect(report.runs[0]).toMatchObject({ ended: false, missing: ['a', 'b'], twice: [] });
  expect(report.text()).toContain('it did not come to its end; it ended otherwise: []; missing: a; missing: b');
});

it('rejects where the scenario throws, and gives chance back', async () => {
  const { random } = Math;
  await expect(exploreCrashes(clerk(true, true))).rejects.toThrow('no pen');
  expect(Math.random).toBe(random);
  await expect(exploreCrashes(clerk(true), { within: 'soon' as never })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
});
