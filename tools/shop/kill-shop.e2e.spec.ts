import { killShop, type ShopKillReport } from './kill-shop.js';

const RIGHT = { lost: [], open: [], broken: [], unsold: 0, held: 0, unpaid: 0, withheld: 0 };

function expectNothingLost({ ledger, ordered }: ShopKillReport): void {
  expect(ledger).toMatchObject(RIGHT);
  expect(ledger.confirmed).toBeGreaterThan(0);
  expect(ledger.confirmed + ledger.rejected + ledger.cancelled).toBe(ordered);
}

describe('order, product and payment over PostgreSQL', () => {
  it('end in order when they are asked to, and what they leave is done by the next ones', async () => {
    const report = await killShop({ kills: 3, signal: 'SIGTERM', everyMs: 300, onHand: 60 });
    expectNothingLost(report);
    expect(report.ends).toEqual([0]);
  }, 900_000);
});
