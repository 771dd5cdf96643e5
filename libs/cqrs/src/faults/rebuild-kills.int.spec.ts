import { rebuildUnderKills, truncateInPlace } from './rebuild-kills-kit.js';

describe('a rebuild', () => {
  it('killed twice under writes comes to what a replay comes to, and readers see whole rows throughout', async () => {
    const verdict = await rebuildUnderKills({ processes: 2, events: 2_000, kills: 2 });
    expect(verdict).toMatchObject({ kills: 2, stepsBack: 0, wrong: 0 });
    expect(verdict.reads).toBeGreaterThan(100);
    expect(verdict.events).toBeGreaterThan(2_050);
  });

  it('control: tables that are emptied in place are seen by readers', async () => {
    const verdict = await truncateInPlace(2_000);
    expect(verdict).toMatchObject({ wrong: 0 });
    expect(verdict.stepsBack).toBeGreaterThan(0);
  });
});
