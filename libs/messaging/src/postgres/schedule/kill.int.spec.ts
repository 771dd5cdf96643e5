import { runUnderKills } from './kill-load-kit.js';

jest.setTimeout(400_000);

describe('processes that are killed while they move schedules and fire crons', () => {
  it('lose nothing, send nothing twice, and have each tick’s effects once', async () => {
    const verdict = await runUnderKills({ processes: 2, kills: 2, untilRepeated: true });
    process.stdout.write(`kills ${JSON.stringify(verdict)}\n`);
    expect(verdict).toMatchObject({ lost: 0, twice: 0, inverted: 0, torn: 0, ticksTwice: 0 });
    expect(verdict.messages).toBeGreaterThan(100);
    expect(verdict.ticks).toBeGreaterThanOrEqual(4);
    expect(verdict.repeatedCalls).toBeGreaterThanOrEqual(1);
  });
});
