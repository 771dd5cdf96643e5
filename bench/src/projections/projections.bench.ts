import { Projections } from '@minos/cqrs';
import { NestFactory } from '@nestjs/core';
import { fillEvents } from '../event-store/fill.js';
import { Minos } from '../event-store/minos.js';
import { interleave, rateOf, ratioOf, secondsOf } from '../measure.js';
import { Report } from '../report.js';
import { BenchServer, runSql } from '../server.js';
import { bareUpserts } from './bare-upserts.js';
import { benchRebuild } from './rebuild.js';
import { caughtUp } from './caught-up.js';
import { benchOrm } from './orm.bench.js';
import { SampleService } from './sample-projection.js';

const VIEW = 'projection, one upsert for each event';
const BARE = 'bare loop of multi-row upserts';
const LENGTH = 20;

/** How fast a projection is built from the first event on, against a loop that does no more than it must. */
export async function benchProjections(options: { readonly quick: boolean }): Promise<void> {
  const report = new Report('projections');
  const server = await BenchServer.start();
  try {
    console.log(`Projections on ${server.version}, Node ${process.version}${options.quick ? ', quick' : ''}`);
    await buildRate(report, server, options.quick);
    await benchRebuild(report, server, options.quick);
    await benchOrm(report, server, options.quick);
  } finally {
    await server.stop();
  }
  report.finish();
}

async function buildRate(report: Report, server: BenchServer, quick: boolean): Promise<void> {
  const events = quick ? 20_000 : 200_000;
  report.section(`Build from ${events.toLocaleString('en-GB')} events in streams of ${LENGTH}`);
  const url = await server.createDatabase('projections');
  await (await Minos.open(url)).close();
  await fillEvents(url, 'sample', events / LENGTH, LENGTH);
  const sides = [
    { name: VIEW, run: async () => events / (await build(url)) },
    { name: BARE, run: async () => events / (await secondsOf(() => bareUpserts(url, events))) },
  ];
  const rounds = await interleave(sides, { rounds: quick ? 3 : 5, seconds: 0, before: () => server.checkpoint() });
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'events/s');
  report.figure({
    name: 'projectionPerSecond',
    what: VIEW,
    value: rateOf(rounds, VIEW),
    unit: 'events/s',
    target: { bound: 'at least', value: 10_000 },
  });
  report.figure({
    name: 'projectionVsBare',
    what: `${VIEW} / ${BARE}`,
    value: ratioOf(rounds, VIEW, BARE),
    unit: '×',
    target: { bound: 'at least', value: 0.3 },
  });
}

/** Seconds from the start of the service until everything is in the view. */
async function build(url: string): Promise<number> {
  await runSql(url, 'drop table if exists minos_views.samples_v1', "delete from minos.checkpoints where subscription like 'projection:%'");
  const app = await NestFactory.createApplicationContext(SampleService.on(url), { logger: false });
  try {
    return await secondsOf(() => caughtUp(app.get(Projections, { strict: false })));
  } finally {
    await app.close();
  }
}
