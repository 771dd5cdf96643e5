import { appendFileSync } from 'node:fs';
import { exploreCrashes } from './explore-crashes.js';
import { purchaseScenario } from './purchase-crash-kit.js';

jest.setTimeout(900_000);

it('probe', async () => {
  for (const s of [
    purchaseScenario({ name: 'happy', pieces: 3, price: 10 }),
    purchaseScenario({ name: 'control', pieces: 3, price: 10, stockWithout: 'inbox' }),
    purchaseScenario({ name: 'rejected', pieces: 3, price: 100 }),
    purchaseScenario({ name: 'late', pieces: 3, price: 10, stockAwayMs: 8000 }),
  ]) {
    let c = process.cpuUsage();
    const report = await exploreCrashes(s, {
      settle: '300ms',
      within: '60s',
      onProgress: ({ last, all, differing }) => {
        const u = process.cpuUsage(c);
        c = process.cpuUsage();
        appendFileSync(
          '/tmp/w-kit-probe3.txt',
          `${Math.round((u.user + u.system) / 1000)} ${all} ${differing} ${last.place.process} ${last.place.point} ${last.place.occurrence} ${last.ended}\n`,
        );
      },
    });
    appendFileSync('/tmp/w-kit-probe2.txt', report.text() + `\n`);
  }
});
