import { withKafka } from '../testing/real-kafka.js';
import { disturbCheckouts, type DisturbedCheckoutsOptions } from './disturb-checkouts.js';
import { kills } from './disturbances.js';

const SHORT: DisturbedCheckoutsOptions = { checkouts: 200, disturb: kills(6, 1_000), stillMs: 120_000, onHand: 350 };

/** Where a start takes longer than a checkout waits for a step, all orders of a round may be given up: right, but not what is to be seen. */
const ROUNDS = 3;

async function expectAllEnded(options: DisturbedCheckoutsOptions, broker: string): Promise<void> {
  let confirmed = 0;
  for (let round = 0; round < ROUNDS && confirmed === 0; round += 1) confirmed = await expectRound(options, broker);
  expect(confirmed).toBeGreaterThan(0);
}

/** Resolves with how many orders were confirmed. */
async function expectRound(options: DisturbedCheckoutsOptions, broker: string): Promise<number> {
  const report = await disturbCheckouts(options);
  process.stdout.write(`checkouts over ${broker}: ${JSON.stringify(report)}\n`);
  expect(report.verdict).toMatchObject({ orders: options.checkouts, open: 0, liveSagas: 0, faults: [] });
  expect(report.control.faults).not.toEqual([]);
  expect(report.verdict.rejected + report.verdict.cancelled).toBeGreaterThan(0);
  expect(report.disturbances).toBeGreaterThan(2);
  return report.verdict.confirmed;
}

it('200 checkouts at once over PostgreSQL all end, and fit stock and money, though a random service is killed every second', async () => {
  await expectAllEnded(SHORT, 'PostgreSQL');
}, 1_200_000);

withKafka('checkouts over Apache Kafka', ([kafka]) => {
  it('200 at once all end, and fit stock and money, though a random service is killed every second', async () => {
    await expectAllEnded({ ...SHORT, ...(kafka && { kafka }) }, 'Apache Kafka');
  }, 1_200_000);
});
