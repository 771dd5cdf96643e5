import { percentile } from '../statistics.js';
import { lineOverKafka, lineOverPostgres, type MessagingBench } from './context.js';
import type { Line } from './line.js';

const PER_SECOND = 200;
const WARMING_CALLERS = 16;

/** How long after its commit a message is handled by another process, where neither process nor server is what it waits for. */
export async function benchDelays(bench: MessagingBench): Promise<void> {
  bench.report.section(`Delay from the acknowledged commit to the handler, ${PER_SECOND} units/s, one message each`);
  const overPostgres = await delaysOf(bench, await lineOverPostgres(bench, 'delay'));
  figure(bench, { name: 'postgresDelayP50Ms', over: 'PostgreSQL', share: 0.5, most: 10 }, overPostgres);
  figure(bench, { name: 'postgresDelayP99Ms', over: 'PostgreSQL', share: 0.99, most: 60 }, overPostgres);
  if (bench.kafka === undefined) return;
  const overKafka = await delaysOf(bench, await lineOverKafka(bench, 'delay'));
  figure(bench, { name: 'kafkaDelayP50Ms', over: 'Kafka', share: 0.5, most: 20 }, overKafka);
  bench.report.rate('Kafka, percentile 99', percentile(overKafka, 0.99), 'ms');
}

async function delaysOf({ quick }: MessagingBench, line: Line): Promise<number[]> {
  try {
    // Both processes are compiled as after some minutes of work, which is what is asked for; a new one is slower for as long.
    await line.flood(WARMING_CALLERS, quick ? 2 : 8);
    await line.delays(PER_SECOND, quick ? 1 : 2);
    return await line.delays(PER_SECOND, quick ? 3 : 15);
  } finally {
    await line.close();
  }
}

interface DelayFigure {
  readonly name: string;
  readonly over: string;
  readonly share: number;
  readonly most: number;
}

function figure({ report }: MessagingBench, { name, over, share, most }: DelayFigure, delays: readonly number[]): void {
  const value = percentile(delays, share);
  const what = `${over}, percentile ${share * 100}`;
  report.rate(what, value, 'ms');
  report.figure({ name, what: `commit to handler over ${what}`, value, unit: 'ms', target: { bound: 'at most', value: most } });
}
