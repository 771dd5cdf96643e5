import { withKafka } from '../testing/real-kafka.js';
import { killShop, type ShopKillReport } from './kill-shop.js';

const KILLS = 60;
const MINUTES = 60_000;

function expectNothingLost({ ledger, ordered, kills }: ShopKillReport, broker: string): void {
  const { confirmed, rejected, cancelled, lost, open, broken, unsold, held, unpaid, withheld } = ledger;
  process.stdout.write(
    `shop over ${broker}: ${kills} kills, ${ordered} orders: ${confirmed} confirmed, ${rejected} rejected, ${cancelled} cancelled; ` +
      `${lost.length} lost, ${open.length} open, ${broken.length} broken, ${unsold} pieces unsold, ${held} held, ` +
      `${unpaid} cents unpaid, ${withheld} withheld\n`,
  );
  const found = { lost, open, broken, unsold, held, unpaid, withheld };
  expect(found).toEqual({ lost: [], open: [], broken: [], unsold: 0, held: 0, unpaid: 0, withheld: 0 });
  expect(confirmed + rejected + cancelled).toBe(ordered);
}

it(
  `keeps orders, stock and money in line over PostgreSQL through ${KILLS} kills`,
  async () => {
    expectNothingLost(await killShop({ kills: KILLS, signal: 'SIGKILL', everyMs: 500, onHand: 1_000 }), 'PostgreSQL');
  },
  15 * MINUTES,
);

withKafka('the shop over Apache Kafka, killed under load', ([kafka]) => {
  it(
    `keeps orders, stock and money in line through ${KILLS} kills`,
    async () => {
      expectNothingLost(
        await killShop({ kills: KILLS, signal: 'SIGKILL', everyMs: 500, onHand: 1_000, ...(kafka && { kafka }) }),
        'Apache Kafka',
      );
    },
    20 * MINUTES,
  );
});
