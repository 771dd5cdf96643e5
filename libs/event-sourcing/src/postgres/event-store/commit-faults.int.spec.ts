import { cutCommits, cutNaively } from './cut-commits.js';

const NOTHING_WRONG = { lost: 0, twice: 0, denied: 0, torn: 0, gaps: 0 };

describe('a connection that is cut during a commit', () => {
  it.each(['group', 'pinned'] as const)('tells every caller the truth, and does nothing twice: %s', async (mode) => {
    const verdict = await cutCommits({ mode, cuts: 20 });
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(Object.keys(verdict.codes).every((code) => ['ok', 'DATABASE_UNAVAILABLE', 'OUTCOME_UNKNOWN'].includes(code))).toBe(true);
    expect(verdict.acknowledged).toBeGreaterThan(60);
    expect(verdict.longestMs).toBeLessThan(10_000);
  });

  it('control: a client that tries again on a connection error does things twice', async () => {
    expect(await cutNaively(20)).toBeGreaterThanOrEqual(9);
  });
});
