import { withKafka } from '../testing/real-kafka.js';
import { disturbCheckouts, type DisturbedCheckoutsOptions } from './disturb-checkouts.js';
import { pauses } from './disturbances.js';

/* A process stands still for longer than its steps and its sessions last, and goes on with what it had in hand. */

const CHECKOUTS = 150;
/** Behind it every step was given up, and undone as far as the others could. */
const STILL_MS = 45_000;

/** How many orders have ended before: the payment is away from the first on, so that some of them are given up meanwhile. */
type Still = readonly [app: 'payment' | 'product' | 'order', endedFirst: number];
const STILL: readonly Still[] = [
  ['payment', 0],
  ['product', 20],
  ['order', 20],
];

async function expectNothingLeft([app, endedFirst]: Still, broker: string, kafka?: string): Promise<void> {
  const options: DisturbedCheckoutsOptions = {
    ...{ checkouts: CHECKOUTS, disturb: pauses(app, STILL_MS, endedFirst, CHECKOUTS), stillMs: 120_000, onHand: 10_000 },
    ...(kafka === undefined ? {} : { kafka }),
  };
  const report = await disturbCheckouts(options);
  process.stdout.write(`checkouts over ${broker}, ${app} stood still: ${JSON.stringify(report)}\n`);
  expect(report.verdict).toMatchObject({ orders: CHECKOUTS, open: 0, liveSagas: 0, faults: [] });
  if (endedFirst === 0) expect(report.verdict.rejected).toBeGreaterThan(0);
  expect(report.control.faults).not.toEqual([]);
}

it.each(STILL)(
  'checkouts over PostgreSQL all end, and leave nothing behind, where %s stands still past every deadline',
  (...still) => expectNothingLeft(still, 'PostgreSQL'),
  600_000,
);

withKafka('checkouts over Apache Kafka', ([kafka]) => {
  it.each(STILL)(
    'all end, and leave nothing behind, where %s stands still past every deadline',
    (...still) => expectNothingLeft(still, 'Apache Kafka', kafka),
    600_000,
  );
});
