import { killUnderLoad } from './kill-service.js';

describe('the order service, killed under load', () => {
  it('has every acknowledged command once, with versions 1 to n, after 100 kills', async () => {
    const { ledger, acknowledged, kills, contradictions } = await killUnderLoad(100);
    expect(kills).toBe(100);
    expect(acknowledged).toBeGreaterThan(1_000);
    expect(contradictions).toBe(0);
    expect(ledger).toMatchObject({ lost: [], doubled: [], broken: [] });
    process.stdout.write(`${kills} kills, ${acknowledged} acknowledged commands, ${ledger.events} events in ${ledger.streams} streams\n`);
  }, 900_000);
});
