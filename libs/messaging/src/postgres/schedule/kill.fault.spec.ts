import { moveUnderLoad, naiveMover } from './move-load-kit.js';
import { runUnderKills } from './kill-load-kit.js';

jest.setTimeout(900_000);

const NOTHING_WRONG = { lost: 0, twice: 0, inverted: 0, torn: 0, ticksTwice: 0 };
const report = (what: string, figures: unknown): void => void process.stdout.write(`${what} ${JSON.stringify(figures)}\n`);

const CALLS = [
  ...['messaging.schedules-move', 'messaging.crons-read', 'leases.acquire', 'leases.release'],
  ...['unit-of-work.commit', 'postgres.commit-batch'],
];

describe('schedules and crons under faults, full counts', () => {
  it('60 kills of processes that are firing', async () => {
    const verdict = await runUnderKills({ processes: 3, kills: 60 });
    report('kills', verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(verdict.repeatedCalls).toBeGreaterThanOrEqual(20);
  });

  it('a crash before and after each call', async () => {
    const points = CALLS.flatMap((call) => [`${call}.before`, `${call}.after`]);
    // Without others, so that the one that crashes is the one that fires.
    for (const processes of [0, 1]) {
      const verdict = await runUnderKills({ processes, kills: 0, crashAt: processes === 0 ? [...points, ...points] : points });
      report('crash points', verdict);
      expect(verdict).toMatchObject(NOTHING_WRONG);
    }
  });

  it('20,000 messages, 4 runners, cancels', async () => {
    const verdict = await moveUnderLoad({ messages: 20_000, keys: 200, movers: 4, cancelEvery: 100, spreadMs: 20_000 });
    report('moves', verdict);
    expect(verdict).toMatchObject({ lost: 0, twice: 0, inverted: 0 });
  });

  it('control: 20,000 messages, 4 naive runners', async () => {
    const { twice } = await moveUnderLoad({
      messages: 20_000,
      keys: 200,
      movers: 4,
      cancelEvery: 2_000,
      spreadMs: 10_000,
      mover: naiveMover,
    });
    report('control', { twice });
    expect(twice).toBeGreaterThan(1_000);
  });
});
