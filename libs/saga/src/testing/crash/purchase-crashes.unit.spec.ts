import { exploreCrashes } from './explore-crashes.js';
import { purchaseScenario } from './purchase-crash-kit.js';

jest.setTimeout(120_000);

it('probe', async () => {
  for (const s of [
    purchaseScenario({ name: 'happy', pieces: 3, price: 10 }),
    purchaseScenario({ name: 'rejected', pieces: 3, price: 100 }),
    purchaseScenario({ name: 'late', pieces: 3, price: 10, stockAwayMs: 8000 }),
    purchaseScenario({ name: 'control', pieces: 3, price: 10, stockWithout: 'inbox' }),
  ]) {
    const t = Date.now();
    const report = await exploreCrashes(s);
    console.log(report.text(), Date.now() - t, report.points.join(' '));
  }
});
