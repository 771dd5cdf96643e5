import { Client } from 'pg';
import { interleave, rateOf, ratioOf, secondsOf } from '../measure.js';
import { percentile } from '../statistics.js';
import type { EventStoreBench } from './context.js';
import { fillEvents } from './fill.js';
import { Minos } from './minos.js';

const FEED = 'feed';
const BARE = 'bare SELECT with JSON.parse';
const PAGE = 500;
const READ_BARE = {
  name: 'bench_bare',
  text: `select position::text, tenant, stream, version::text, id, type, schema_version, data::text, metadata::text, recorded_at::text
         from minos.events e where position > $1 order by e.position limit ${PAGE}`,
};

/** Reading the whole feed against bare SQL, and how long after its commit an event is delivered. */
export async function benchFeed(bench: EventStoreBench): Promise<void> {
  await readRate(bench);
  await delay(bench);
}

async function readRate({ report, server, quick }: EventStoreBench): Promise<void> {
  const events = quick ? 30_000 : 200_000;
  report.section(`Read ${events.toLocaleString('en-GB')} events in order, pages of ${PAGE}`);
  const minos = await Minos.open(await server.createDatabase('feed'));
  const client = new Client({ connectionString: minos.url });
  await client.connect();
  try {
    await fillEvents(minos.url, 'feed', events / 100, 100);
    const sides = [
      { name: FEED, run: async () => events / (await secondsOf(() => minos.readFeed(events, PAGE))) },
      { name: BARE, run: async () => events / (await secondsOf(() => readBare(client, events))) },
    ];
    const rounds = await interleave(sides, { rounds: quick ? 3 : 7, seconds: 0 });
    for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'events/s');
    report.figure({
      name: 'feedVsBare',
      what: `feed / ${BARE}`,
      value: ratioOf(rounds, FEED, BARE),
      unit: '×',
      target: { bound: 'at least', value: 0.4 },
    });
    const rate = { value: rateOf(rounds, FEED), unit: 'events/s' };
    report.figure({
      name: 'feedPerSecond',
      what: 'feed, all events from the beginning',
      ...rate,
      target: { bound: 'at least', value: 40_000 },
    });
  } finally {
    await client.end();
    await minos.close();
  }
}

async function readBare(client: Client, expected: number): Promise<void> {
  let after = '0';
  let read = 0;
  for (;;) {
    const { rows } = await client.query<{ position: string; data: string; metadata: string }>({ ...READ_BARE, values: [after] });
    for (const row of rows) if (JSON.parse(row.data) !== null && JSON.parse(row.metadata) !== null) read++;
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.position;
  }
  if (read !== expected) throw new Error(`the bare SELECT read ${read} of ${expected} events`);
}

/** Eight callers that pause between appends, so that the process is not what an event waits for. */
async function delay({ report, minos, quick }: EventStoreBench): Promise<void> {
  const seconds = quick ? 2 : 15;
  report.section('Delay from the acknowledged commit to the delivery, 8 writers at about 50 appends/s each');
  const delays = await minos.deliveryDelays({ writers: 8, perSecond: 50, seconds });
  report.rate('deliveries', delays.length / seconds, 'events/s');
  const bounds = [
    ['feedDelayP50Ms', 0.5, 10],
    ['feedDelayP99Ms', 0.99, 60],
  ] as const;
  for (const [name, share, target] of bounds) {
    const value = percentile(delays, share);
    report.figure({
      name,
      what: `commit to delivery, percentile ${share * 100}`,
      value,
      unit: 'ms',
      target: { bound: 'at most', value: target },
    });
  }
}
