import { withKafka } from '../testing/real-kafka.js';
import { disturbCheckouts, type DisturbedCheckoutsOptions, kills } from './disturb-checkouts.js';

const MINUTES = 60_000;
/** Five times 200 at once, with 60 kills each. */
const ROUNDS = 5;
const FULL: DisturbedCheckoutsOptions = { checkouts: 200, disturb: kills(60, 1_000), endWithinMs: 60_000, onHand: 350 };

async function expectAllEnded(options: DisturbedCheckoutsOptions, broker: string): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    const report = await disturbCheckouts(options);
    process.stdout.write(`checkouts over ${broker}, ${round} of ${ROUNDS}: ${JSON.stringify(report)}\n`);
    expect(report.verdict).toMatchObject({ orders: options.checkouts, open: 0, liveSagas: 0, faults: [] });
    expect(report.control.faults).not.toEqual([]);
  }
}

it(
  '1,000 checkouts over PostgreSQL all end, and fit stock and money, through 300 kills',
  () => expectAllEnded(FULL, 'PostgreSQL'),
  40 * MINUTES,
);

withKafka('checkouts over Apache Kafka', ([kafka]) => {
  it(
    '1,000 all end, and fit stock and money, through 300 kills',
    () => expectAllEnded({ ...FULL, ...(kafka && { kafka }) }, 'Apache Kafka'),
    60 * MINUTES,
  );
});
