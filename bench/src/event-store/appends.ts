import type { Rounds, Side } from '../measure.js';
import { callRate, interleave, rateOf, ratioOf } from '../measure.js';
import type { EventStoreBench } from './context.js';

const MINOS = 'minos';
const LIVE = 'minos, feed and one subscription running';
const PGBENCH = 'pgbench';
const EMMETT = 'emmett';

/** Appends of one event by 32 callers and by one, and of ten events by eight callers, against what the server and another store can do. */
export async function benchAppends(bench: EventStoreBench): Promise<void> {
  await append32(bench);
  await append1(bench);
  await append10x8(bench);
}

async function append32(bench: EventStoreBench): Promise<void> {
  const { report, minos, emmett, pgbench } = bench;
  report.section('Append one event, 32 callers');
  const sides: Side[] = [
    { name: MINOS, run: (seconds) => callRate(32, seconds, () => minos.append(1)) },
    { name: LIVE, run: (seconds) => minos.whileSubscribed(() => callRate(32, seconds, () => minos.append(1))) },
    { name: EMMETT, run: (seconds) => callRate(32, seconds, () => emmett.append(1)) },
  ];
  if (pgbench) sides.splice(1, 0, { name: PGBENCH, run: (seconds) => pgbench.rate(32, seconds) });
  const rounds = await measure(bench, sides, 'appends/s', bench.quick ? { rounds: 3, seconds: 1 } : { rounds: 7, seconds: 4 });
  const versus = (name: string, side: string, reference: string, target: number): void =>
    report.figure(atLeast(name, `${side} / ${reference}, 32 callers`, ratioOf(rounds, side, reference), target));
  if (pgbench) versus('append32VsPgbench', MINOS, PGBENCH, 1.3);
  versus('append32VsEmmett', MINOS, EMMETT, 7);
  if (pgbench) versus('append32LiveVsPgbench', LIVE, PGBENCH, 1);
}

async function append1(bench: EventStoreBench): Promise<void> {
  const { report, minos, pgbench } = bench;
  report.section('Append one event, one caller');
  const sides: Side[] = [{ name: MINOS, run: (seconds) => callRate(1, seconds, () => minos.append(1)) }];
  if (pgbench) sides.push({ name: PGBENCH, run: (seconds) => pgbench.rate(1, seconds) });
  const rounds = await measure(bench, sides, 'appends/s', bench.quick ? { rounds: 2, seconds: 1 } : { rounds: 7, seconds: 3 });
  if (pgbench) report.figure(atLeast('append1VsPgbench', 'minos / pgbench, one caller', ratioOf(rounds, MINOS, PGBENCH), 0.55));
}

async function append10x8(bench: EventStoreBench): Promise<void> {
  const { report, minos, emmett } = bench;
  report.section('Append ten events at once, 8 callers');
  const sides: Side[] = [
    { name: MINOS, run: async (seconds) => 10 * (await callRate(8, seconds, () => minos.append(10))) },
    { name: EMMETT, run: async (seconds) => 10 * (await callRate(8, seconds, () => emmett.append(10))) },
  ];
  const rounds = await measure(bench, sides, 'events/s', bench.quick ? { rounds: 3, seconds: 0.6 } : { rounds: 7, seconds: 3 });
  report.figure(atLeast('append10x8VsEmmett', 'minos / emmett, ten events, 8 callers', ratioOf(rounds, MINOS, EMMETT), 3));
}

async function measure(
  { report, server }: EventStoreBench,
  sides: readonly Side[],
  unit: string,
  options: { readonly rounds: number; readonly seconds: number },
): Promise<Rounds> {
  const rounds = await interleave(sides, { ...options, before: () => server.checkpoint() });
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), unit);
  return rounds;
}

function atLeast(name: string, what: string, value: number, target: number): Parameters<EventStoreBench['report']['figure']>[0] {
  return { name, what, value, unit: '×', target: { bound: 'at least', value: target } };
}
