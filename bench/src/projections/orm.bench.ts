import { Projections } from '@minos/cqrs';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { fillEvents } from '../event-store/fill.js';
import { Minos } from '../event-store/minos.js';
import { interleave, rateOf, secondsOf } from '../measure.js';
import type { Report } from '../report.js';
import { type BenchServer, runSql } from '../server.js';
import { caughtUp } from './caught-up.js';
import { CREATE_SAMPLE_ROWS, ORM_PROJECTIONS, OrmService, StatementCount } from './orm-projection.js';

const LENGTH = 20;
const UPSERT = 'projection, one EntityManager.upsert for each event';
const SAVE = 'projection, one EntityManager.save for each event';

/** How fast a projection is built that writes entities one by one, and how many statements that takes. */
export async function benchOrm(report: Report, server: BenchServer, quick: boolean): Promise<void> {
  const events = quick ? 4_000 : 20_000;
  report.section(`Build by TypeORM from ${events.toLocaleString('en-GB')} events in streams of ${LENGTH}`);
  const url = await server.createDatabase('orm');
  await (await Minos.open(url)).close();
  await fillEvents(url, 'sample', events / LENGTH, LENGTH);
  const side = (name: string, projection: Type) => ({ name, run: async () => events / (await build(url, projection)) });
  const sides = [side(UPSERT, ORM_PROJECTIONS.upsert), side(SAVE, ORM_PROJECTIONS.save)];
  const rounds = await interleave(sides, { rounds: quick ? 3 : 5, seconds: 0, before: () => server.checkpoint() });
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'events/s');
  for (const [method, projection] of Object.entries(ORM_PROJECTIONS)) {
    const count = new StatementCount();
    await build(url, projection, count);
    report.rate(`statements of TypeORM for each event, ${method}`, count.statements / events, '');
  }
  report.figure({
    name: 'projectionOrmPerSecond',
    what: UPSERT,
    value: rateOf(rounds, UPSERT),
    unit: 'events/s',
    target: { bound: 'at least', value: 1_200 },
  });
}

/** Seconds from the start of the service until everything is in the table. */
async function build(url: string, projection: Type, count?: StatementCount): Promise<number> {
  await runSql(
    url,
    'drop table if exists sample_rows',
    CREATE_SAMPLE_ROWS,
    "delete from minos.checkpoints where subscription like 'projection:%'",
  );
  const app = await NestFactory.createApplicationContext(OrmService.on(url, projection, count), { logger: false });
  try {
    return await secondsOf(() => caughtUp(app.get(Projections, { strict: false })));
  } finally {
    await app.close();
  }
}
