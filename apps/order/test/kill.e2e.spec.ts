import { killUnderLoad } from './kill-service.js';

describe('the order service, killed under load', () => {
  it('has every acknowledged command once, with versions 1 to n, after 4 kills', async () => {
    const { ledger, acknowledged, contradictions } = await killUnderLoad(4);
    expect(acknowledged).toBeGreaterThan(20);
    expect(contradictions).toBe(0);
    expect(ledger).toMatchObject({ lost: [], doubled: [], broken: [] });
    expect(ledger.events).toBeGreaterThanOrEqual(acknowledged);
  });
});
