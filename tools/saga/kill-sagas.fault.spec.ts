import { killSagas } from './kill-sagas.js';

it('1,000 sagas and more under 300 kills of their services all end within 60 s of the last kill, each effect once', async () => {
  const { ledger, placed, affordable, kills } = await killSagas({ kills: 300, everyMs: 1_000, withinMs: 60_000 });
  process.stdout.write(`killed sagas ${JSON.stringify({ ...ledger, placed, kills })}\n`);
  expect(ledger).toEqual({ completed: affordable, compensated: placed - affordable, open: [], wrong: [] });
  expect(placed).toBeGreaterThanOrEqual(1_000);
}, 3_600_000);
