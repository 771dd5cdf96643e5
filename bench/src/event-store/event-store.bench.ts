import { Report } from '../report.js';
import { BenchServer, runSql } from '../server.js';
import { benchAppends } from './appends.js';
import { benchCommands } from './commands.js';
import type { EventStoreBench } from './context.js';
import { Emmett } from './emmett.js';
import { benchFeed } from './feeds.js';
import { benchGrowth } from './growth.js';
import { benchLoads } from './loads.js';
import { Minos } from './minos.js';
import { Pgbench, findPgbench } from './pgbench.js';

/** The same table under another name, with a sequence of its own. */
const SAME_SHAPE = [
  'create schema bench',
  'create table bench.events (like minos.events including all)',
  'create sequence bench.events_position cache 1',
  "alter table bench.events alter column position set default nextval('bench.events_position')",
];

export async function benchEventStore(options: { readonly quick: boolean }): Promise<void> {
  const report = new Report('event-store');
  const server = await BenchServer.start();
  /** What was opened, to be closed in reverse. */
  const opened: { close(): unknown }[] = [{ close: () => server.stop() }];
  const open = <T extends { close(): unknown }>(thing: T): T => {
    opened.push(thing);
    return thing;
  };
  try {
    console.log(`Event store on ${server.version}, Node ${process.version}${options.quick ? ', quick' : ''}`);
    const minos = open(await Minos.open(await server.createDatabase('bench')));
    await runSql(minos.url, ...SAME_SHAPE);
    const emmett = open(await Emmett.open(await server.createDatabase('emmett')));
    const pgbench = openPgbench(report, minos.url);
    if (pgbench) open(pgbench);
    await measureAll({ ...options, report, server, minos, emmett, pgbench });
  } finally {
    for (const thing of opened.reverse()) await thing.close();
  }
  report.finish();
}

async function measureAll(bench: EventStoreBench): Promise<void> {
  await benchAppends(bench);
  await benchLoads(bench);
  await benchCommands(bench);
  await benchFeed(bench);
  if (!bench.quick) await benchGrowth(bench);
}

function openPgbench(report: Report, url: string): Pgbench | undefined {
  const program = findPgbench();
  if (program !== undefined) return new Pgbench(program, url, 'bench.events');
  report.note('pgbench was not found (Debian package postgresql): the figures against it are left out');
  return undefined;
}
