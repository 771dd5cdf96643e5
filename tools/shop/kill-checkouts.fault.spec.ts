import { withKafka } from '../testing/real-kafka.js';
import { type CheckoutKillOptions, killCheckouts } from './kill-checkouts.js';

const MINUTES = 60_000;
/** Five times 200 at once, with 60 kills each. */
const ROUNDS = 5;
const FULL: CheckoutKillOptions = { checkouts: 200, kills: 60, everyMs: 1_000, endWithinMs: 60_000, onHand: 350 };

async function expectAllEnded(options: CheckoutKillOptions, broker: string): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    const report = await killCheckouts(options);
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
