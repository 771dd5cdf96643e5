import { withKafka } from '../testing/real-kafka.js';
import { disturbCheckouts, type DisturbedCheckoutsOptions } from './disturb-checkouts.js';
import { kills } from './disturbances.js';

const SHORT: DisturbedCheckoutsOptions = { checkouts: 200, disturb: kills(6, 1_000), stillMs: 120_000, onHand: 350 };

/** How many are confirmed is not asked: where a start takes longer than a checkout waits for a step, all may be given up. That sagas go on forward is shown by `kill-sagas`. */
async function expectAllEnded(options: DisturbedCheckoutsOptions, broker: string): Promise<void> {
  const report = await disturbCheckouts(options);
  process.stdout.write(`checkouts over ${broker}: ${JSON.stringify(report)}\n`);
  expect(report.verdict).toMatchObject({ orders: options.checkouts, open: 0, liveSagas: 0, faults: [] });
  expect(report.control.faults).not.toEqual([]);
  expect(report.verdict.rejected + report.verdict.cancelled).toBeGreaterThan(0);
  expect(report.disturbances).toBeGreaterThan(2);
}

it('200 checkouts at once over PostgreSQL all end, and fit stock and money, though a random service is killed every second', async () => {
  await expectAllEnded(SHORT, 'PostgreSQL');
}, 600_000);

withKafka('checkouts over Apache Kafka', ([kafka]) => {
  it('200 at once all end, and fit stock and money, though a random service is killed every second', async () => {
    await expectAllEnded({ ...SHORT, ...(kafka && { kafka }) }, 'Apache Kafka');
  }, 600_000);
});
