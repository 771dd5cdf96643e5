import { interleave, rateOf, ratioOf, type Rounds, type Side } from '../measure.js';
import type { BareCalls, BatchSizes } from './bare-loop.js';
import { lineOverKafka, lineOverPostgres, type MessagingBench } from './context.js';
import type { Line, Passed } from './line.js';
import { Peer } from '../peer.js';
import type { BossSenderCalls, BossWorkerCalls } from './pg-boss.js';

const POSTGRES = 'PostgreSQL';
const KAFKA = 'Kafka';
const BARE = 'bare loop';
const BOSS = 'pg-boss';
const SIGNED = 'PostgreSQL, signed principals';
const PINNED = 'PostgreSQL, handler with SQL of its own';

const CALLERS = 256;
/** Sent per second of a round where each message has a transaction of its own, so that a round does not become much longer. */
const PINNED_MOST = 400;

/** From a unit that sends one message to the effect and the mark in the database of another service. */
export async function benchThroughput(bench: MessagingBench): Promise<void> {
  bench.report.section(`End to end, ${CALLERS} callers, one message per unit, one relay and one consumer process`);
  const opened: { close(): Promise<void> }[] = [];
  const open = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const thing = await opening;
    opened.push(thing);
    return thing;
  };
  try {
    const { sides, batches } = await openSides(bench, open);
    const { quick, server } = bench;
    const rounds = await interleave(sides, { rounds: quick ? 2 : 5, seconds: quick ? 1 : 5, before: () => server.checkpoint() });
    tell(bench, sides, rounds);
    const { commit, publish, handle } = batches.sizes;
    bench.report.note(`rows of a statement, here and in the bare loop: ${commit} sent, ${publish} published, ${handle} handled`);
  } finally {
    for (const thing of opened.reverse()) await thing.close();
  }
}

type Open = <T extends { close(): Promise<void> }>(opening: Promise<T>) => Promise<T>;

async function openSides(bench: MessagingBench, open: Open): Promise<{ readonly sides: Side[]; readonly batches: Batches }> {
  const { databases } = bench;
  const batches = new Batches();
  const bareDatabases = await databases.bare();
  const [postgres, pinned, signed] = await Promise.all([
    open(lineOverPostgres(bench, 'group')),
    open(lineOverPostgres(bench, 'pinned')),
    open(lineOverPostgres(bench, 'signed')),
  ]);
  const [bare, bossSender, bossWorker] = await Promise.all([
    open(Peer.start<BareCalls>('bare', bareDatabases)),
    open(Peer.start<BossSenderCalls>('boss-sender', { url: databases.boss })),
    open(Peer.start<BossWorkerCalls>('boss-worker', { url: databases.boss, receiver: bareDatabases.receiver })),
  ]);
  const sides = [
    { name: POSTGRES, run: async (seconds: number) => batches.note(await postgres.flood(CALLERS, seconds)) },
    { name: BARE, run: (seconds: number) => bare.ask('loop', { sizes: batches.sizes, seconds }) },
    { name: BOSS, run: (seconds: number) => bossRate(bossSender, bossWorker, seconds) },
  ];
  sides.splice(1, 0, { name: SIGNED, run: (seconds: number) => rateOfLine(signed, seconds) });
  if (bench.kafka !== undefined) {
    const kafka = await open(lineOverKafka(bench, 'group'));
    sides.push({ name: KAFKA, run: (seconds: number) => rateOfLine(kafka, seconds) });
  }
  sides.push({ name: PINNED, run: (seconds: number) => rateOfLine(pinned, seconds, Math.ceil(seconds * PINNED_MOST)) });
  return { sides, batches };
}

/** The batches of the last run: what the bare loop does next has statements of the same size. */
class Batches {
  sizes: BatchSizes = { commit: 1, publish: 1, handle: 1 };

  note({ rows, perSecond }: Passed): number {
    const { commit, publish, handle } = rows;
    this.sizes = { commit: Math.ceil(commit), publish: Math.ceil(publish), handle: Math.ceil(handle) };
    return perSecond;
  }
}

async function rateOfLine(line: Line, seconds: number, most?: number): Promise<number> {
  return (await line.flood(CALLERS, seconds, most)).perSecond;
}

async function bossRate(sender: Peer<BossSenderCalls>, worker: Peer<BossWorkerCalls>, seconds: number): Promise<number> {
  const { messages, since } = await sender.ask('flood', { callers: CALLERS, seconds });
  const { at } = await worker.ask('handled', messages);
  return (messages * 1000) / (at - since);
}

function tell({ report, kafka }: MessagingBench, sides: readonly Side[], rounds: Rounds): void {
  for (const { name } of sides) {
    const rates = [...(rounds.get(name) ?? [])].sort((one, other) => one - other);
    report.rate(`${name} (${rates.map((rate) => rate.toFixed()).join(', ')})`, rateOf(rounds, name), 'messages/s');
  }
  const versus = (name: string, side: string, reference: string, least: number): void =>
    report.figure({
      name,
      what: `${side} / ${reference}, end to end`,
      value: ratioOf(rounds, side, reference),
      unit: '×',
      target: { bound: 'at least', value: least },
    });
  versus('postgresVsBareLoop', POSTGRES, BARE, 0.35);
  versus('postgresVsPgBoss', POSTGRES, BOSS, 3);
  report.figure({
    name: 'postgresPerSecond',
    what: 'PostgreSQL, end to end',
    value: rateOf(rounds, POSTGRES),
    unit: 'messages/s',
    target: { bound: 'at least', value: 4_000 },
  });
  versus('principalOverNone', SIGNED, POSTGRES, 0.9);
  if (kafka !== undefined) versus('kafkaVsPostgres', KAFKA, POSTGRES, 0.8);
}
