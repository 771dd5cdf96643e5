import { rebuildUnderKills, truncateInPlace } from './rebuild-kills-kit.js';

jest.setTimeout(900_000);

const report = (what: string, figures: unknown): void => void process.stdout.write(`${what} ${JSON.stringify(figures)}\n`);

describe('rebuilds, full counts', () => {
  it('ten kills and a crash on either side of the swap, three processes', async () => {
    const verdict = await rebuildUnderKills({
      ...{ processes: 3, events: 6_000, kills: 10 },
      crashAt: ['cqrs.projection-swap.before', 'cqrs.projection-swap.after'],
    });
    report('rebuild', verdict);
    expect(verdict).toMatchObject({ kills: 12, stepsBack: 0, wrong: 0 });
  });

  it('control: tables that are emptied in place are seen by readers', async () => {
    const verdict = await truncateInPlace(20_000);
    report('control', verdict);
    expect(verdict.stepsBack).toBeGreaterThan(0);
  });
});
