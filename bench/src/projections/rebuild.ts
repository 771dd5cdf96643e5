import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Projections, type ViewReader, Views } from '@minos/cqrs';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { fillEvents } from '../event-store/fill.js';
import { secondsOf } from '../measure.js';
import type { Report } from '../report.js';
import { type BenchServer, runSql } from '../server.js';
import { SampleRow, SampleService } from './sample-projection.js';

const LENGTH = 20;
const LOOK_MS = 100;
const READ_EVERY_MS = 5;
const MB = 1024 * 1024;

/** The view as a projection that has handled everything leaves it. */
const FILL_VIEW = `
insert into minos_views.samples_v1 (key, doc)
select distinct on (stream) stream, jsonb_build_object('id', stream, 'version', version, 'sample', data::jsonb)
  from minos.events order by stream, version desc`;
const SET_CHECKPOINT = `
insert into minos.checkpoints (subscription, position, key_hash) select 'projection:samples:v1', max(position), 0 from minos.events
on conflict (tenant, subscription) do update set position = excluded.position`;

interface Memory {
  readonly heap: number;
  readonly rss: number;
}

interface Reads {
  done: number;
  missed: number;
  slowestMs: number;
}

/** How fast a projection is rebuilt beside what is served, in how much memory, and whether its view is read meanwhile. */
export async function benchRebuild(report: Report, server: BenchServer, quick: boolean): Promise<void> {
  const events = quick ? 50_000 : 1_000_000;
  report.section(`Rebuild from ${events.toLocaleString('en-GB')} events in streams of ${LENGTH}, while the view is read`);
  const url = await filled(server, events);
  const app = await NestFactory.createApplicationContext(SampleService.on(url), { logger: false });
  try {
    const memory: Memory[] = [];
    const reading = read(app.get(Views, { strict: false }).of(SampleRow), events / LENGTH);
    const seconds = await secondsOf(() => rebuild(app, memory));
    const reads = await reading.stop();
    tell(report, { events, seconds, memory, reads });
  } finally {
    await app.close();
  }
}

/** A database with events and the view of them. */
async function filled(server: BenchServer, events: number): Promise<string> {
  const url = await server.createDatabase('rebuild');
  await (await NestFactory.createApplicationContext(SampleService.on(url), { logger: false })).close();
  await fillEvents(url, 'sample', events / LENGTH, LENGTH);
  await runSql(url, FILL_VIEW, SET_CHECKPOINT, 'analyze minos_views.samples_v1');
  await server.checkpoint();
  return url;
}

/** Notes the memory at 10 % and at the end. */
async function rebuild(app: INestApplicationContext, memory: Memory[]): Promise<void> {
  const projections = app.get(Projections, { strict: false });
  await projections.rebuild('samples');
  for (;;) {
    const [status] = await projections.statuses();
    if (status?.rebuild === undefined) break;
    if (status.rebuild.failure !== undefined) throw new Error(status.rebuild.failure.error.message);
    if (memory.length === 0 && status.rebuild.done >= status.rebuild.total / 10) memory.push(memoryNow());
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  memory.push(memoryNow());
}

function tell(
  report: Report,
  { events, seconds, memory: [early, late], reads }: { events: number; seconds: number; memory: readonly Memory[]; reads: Reads },
): void {
  if (early === undefined || late === undefined) throw new Error('the rebuild was over before its memory was looked at');
  report.rate('rebuild, one upsert for each event', events / seconds, 'events/s');
  for (const [at, { heap, rss }] of [['10 %', early] as const, ['100 %', late] as const]) {
    report.rate(`heap in use at ${at}`, heap / MB, 'MB');
    report.rate(`resident set at ${at}`, rss / MB, 'MB');
  }
  report.note(
    `${reads.done.toLocaleString('en-GB')} reads during the rebuild, ${reads.missed} found no row; the slowest took ${reads.slowestMs.toFixed(0)} ms`,
  );
  report.figure({ name: 'rebuildPerSecond', what: 'rebuild beside what is served', value: events / seconds, unit: 'events/s' });
  report.figure({
    name: 'rebuildMemoryGrowth',
    what: 'heap in use at 100 % / at 10 % of the rebuild',
    value: late.heap / early.heap,
    unit: '×',
    target: { bound: 'at most', value: 1.25 },
  });
  report.figure({
    name: 'rebuildReadsMissed',
    what: 'reads during the rebuild that found no row',
    value: reads.missed,
    unit: 'reads',
    target: { bound: 'at most', value: 0 },
  });
}

/** Reads a row by its key, another one each time. */
function read(rows: ViewReader<SampleRow>, streams: number): { stop(): Promise<Reads> } {
  const reads: Reads = { done: 0, missed: 0, slowestMs: 0 };
  let over = false;
  const work = (async () => {
    for (; !over; reads.done++) {
      const start = performance.now();
      const row = await rows.get(`sample-${1 + Math.floor(Math.random() * streams)}`);
      if (row?.version !== LENGTH) reads.missed++;
      reads.slowestMs = Math.max(reads.slowestMs, performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS));
    }
    return reads;
  })();
  return {
    stop: () => {
      over = true;
      return work;
    },
  };
}

/** What is in use once the garbage is gone. */
function memoryNow(): Memory {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}
