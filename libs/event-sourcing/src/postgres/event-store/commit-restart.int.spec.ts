import { scratchServer, type ScratchServer } from '../../../../../tools/testing/scratch-server.js';
import { loadOverRestarts, reuseTransactionNumber } from './restart-load.js';

jest.setTimeout(400_000);

describe('commits over a crash of the server', () => {
  let server: ScratchServer;
  beforeAll(async () => {
    server = await scratchServer({ wal_writer_delay: '10s', autovacuum: 'off' });
  });
  afterAll(() => server.remove());

  it('tell every caller the truth, end in time and go on at once', async () => {
    const verdict = await loadOverRestarts(server, 2);
    expect(verdict).toMatchObject({ lost: 0, twice: 0, denied: 0, torn: 0, gaps: 0 });
    expect(
      Object.keys(verdict.codes).filter((code) => !['ok', 'DATABASE_UNAVAILABLE', 'OUTCOME_UNKNOWN', 'POOL_EXHAUSTED'].includes(code)),
    ).toEqual([]);
    expect(verdict.longestMs).toBeLessThan(10_000);
    expect(verdict.recoveryMs).toBeLessThan(3_000);
  });

  it('are not taken for another transaction that got their number', async () => {
    const { told, reused, stored } = await reuseTransactionNumber(server);
    expect({ told, reused, stored }).toMatchObject({ reused: true, stored: 0 });
    expect(['OUTCOME_UNKNOWN', 'DATABASE_UNAVAILABLE']).toContain(told);
  });
});
