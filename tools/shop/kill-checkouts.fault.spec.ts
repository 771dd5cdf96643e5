import { withKafka } from '../testing/real-kafka.js';
import { disturbCheckouts, type DisturbedCheckoutsOptions } from './disturb-checkouts.js';
import { kills } from './disturbances.js';

const MINUTES = 60_000;
/** 200 at once, again and again: a round ends when its orders have, which may be before its last kill. */
const CHECKOUTS = 1_000;
const KILLS = 300;
const FULL: DisturbedCheckoutsOptions = { checkouts: 200, disturb: kills(60, 1_000), stillMs: 120_000, onHand: 350 };

async function expectAllEnded(options: DisturbedCheckoutsOptions, broker: string): Promise<void> {
  let killed = 0;
  for (let round = 1; round * options.checkouts <= CHECKOUTS || killed < KILLS; round++) {
    const report = await disturbCheckouts(options);
    killed += report.disturbances;
    process.stdout.write(`checkouts over ${broker}, round ${round}, ${killed} kills: ${JSON.stringify(report)}\n`);
    expect(report.verdict).toMatchObject({ orders: options.checkouts, open: 0, liveSagas: 0, faults: [] });
    expect(report.control.faults).not.toEqual([]);
  }
}

it(
  '1,000 checkouts and more over PostgreSQL all end, and fit stock and money, through 300 kills',
  () => expectAllEnded(FULL, 'PostgreSQL'),
  60 * MINUTES,
);

withKafka('checkouts over Apache Kafka', ([kafka]) => {
  it(
    '1,000 and more all end, and fit stock and money, through 300 kills',
    () => expectAllEnded({ ...FULL, ...(kafka && { kafka }) }, 'Apache Kafka'),
    90 * MINUTES,
  );
});
