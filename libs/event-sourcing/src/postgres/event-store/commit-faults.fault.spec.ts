import { scratchServer } from '../../../../../tools/testing/scratch-server.js';
import { cutCommits, cutNaively } from './cut-commits.js';
import { loadOverRestarts } from './restart-load.js';

jest.setTimeout(600_000);

const NOTHING_WRONG = { lost: 0, twice: 0, denied: 0, torn: 0, gaps: 0 };
const report = (what: string, figures: unknown): void => void process.stdout.write(`${what} ${JSON.stringify(figures)}\n`);

describe('commits and faults, full counts', () => {
  it.each(['group', 'pinned'] as const)('200 connections cut: %s', async (mode) => {
    const verdict = await cutCommits({ mode, cuts: 200 });
    report(`cut ${mode}`, verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
  });

  it('control: 200 connections cut under a client that tries again', async () => {
    const twice = await cutNaively(200);
    report('control', { twice });
    expect(twice).toBeGreaterThanOrEqual(90);
  });

  it('10 crashes of the server', async () => {
    const server = await scratchServer();
    const verdict = await loadOverRestarts(server, 10);
    report('crashes', verdict);
    expect(verdict).toMatchObject(NOTHING_WRONG);
    expect(verdict.longestMs).toBeLessThan(10_000);
    expect(verdict.recoveryMs).toBeLessThan(3_000);
    await server.remove();
  });
});
