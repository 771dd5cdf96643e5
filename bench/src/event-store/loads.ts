import { callRate, interleave, rateOf, ratioOf } from '../measure.js';
import type { EventStoreBench } from './context.js';
import { fillEvents } from './fill.js';

const STREAMS = 20;
const LENGTH = 100;
const LONG = 10_000;

/** Loading and folding 100 events without a cache, and loading from a snapshot of a short and of a long stream. */
export async function benchLoads(bench: EventStoreBench): Promise<void> {
  await load100(bench);
  await loadFromSnapshot(bench);
}

async function load100({ report, minos, emmett, quick }: EventStoreBench): Promise<void> {
  report.section('Load and fold 100 events, uncached, one caller');
  await fillEvents(minos.url, 'load', STREAMS, LENGTH);
  for (let stream = 1; stream <= STREAMS; stream++) await emmett.append(LENGTH, `load-${stream}`);
  const next = turns(STREAMS);
  const sides = [
    { name: 'minos', run: (seconds: number) => callRate(1, seconds, () => minos.load(String(next()))) },
    { name: 'emmett', run: (seconds: number) => callRate(1, seconds, () => emmett.load(`load-${next()}`)) },
  ];
  const rounds = await interleave(sides, quick ? { rounds: 3, seconds: 0.5 } : { rounds: 7, seconds: 2 });
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'loads/s');
  const value = ratioOf(rounds, 'minos', 'emmett');
  report.figure({
    name: 'load100VsEmmett',
    what: 'minos / emmett, load and fold 100 events',
    value,
    unit: '×',
    target: { bound: 'at least', value: 2.5 },
  });
}

async function loadFromSnapshot({ report, minos, quick }: EventStoreBench): Promise<void> {
  report.section(`Load from a snapshot, streams of ${LENGTH} and of ${LONG} events`);
  await fillEvents(minos.url, 'brief', 1, LENGTH - 1);
  await fillEvents(minos.url, 'lengthy', 1, LONG - 1);
  for (const category of ['brief', 'lengthy'] as const) await minos.takeSnapshot(category, '1');
  const sides = [
    { name: 'short', run: (seconds: number) => callRate(1, seconds, () => minos.loadFromSnapshot('brief', '1')) },
    { name: 'long', run: (seconds: number) => callRate(1, seconds, () => minos.loadFromSnapshot('lengthy', '1')) },
  ];
  const rounds = await interleave(sides, quick ? { rounds: 3, seconds: 0.3 } : { rounds: 7, seconds: 1 });
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), 'loads/s');
  const value = ratioOf(rounds, 'long', 'short');
  report.figure({ name: 'snapshotLongOverShort', what: `load rate from a snapshot, ${LONG} events / ${LENGTH} events`, value, unit: '×' });
}

/** 1, 2 … count, 1, 2 … */
function turns(count: number): () => number {
  let last = 0;
  return () => {
    last = (last % count) + 1;
    return last;
  };
}
