import { interleave, rateOf, ratioOf, type Rounds } from '../measure.js';
import type { Report } from '../report.js';
import { median } from '../statistics.js';
import { HOPS, IN_FLIGHT, type SagaBench } from './context.js';
import type { TraderCalls, TradeRun } from './trader.js';
import type { Peer } from '../peer.js';

const POSTGRES = 'sagas over PostgreSQL';
const KAFKA = 'sagas over Kafka';
const MESSAGES = 'messages over PostgreSQL';
const CALLERS = 256;

/** With the SQL statements of one saga. */
type CountedRun = TradeRun & { readonly statements: number };

/** Many at a time, beside the message rate of the same machine in the same minutes. */
export async function benchBusy({ report, floor, kafkaFloor, line, count, server, sizes }: SagaBench): Promise<void> {
  report.section(`${IN_FLIGHT} sagas in flight, ${sizes.rounds} rounds of ${sizes.seconds} s`);
  const runs: CountedRun[] = [];
  const counted = async (seconds: number): Promise<number> => {
    let run: TradeRun | undefined;
    const statements = await count.during(async () => (run = await flood(floor.trader, seconds)));
    if (run !== undefined) runs.push({ ...run, statements: statements / run.ended });
    return perSecond(run);
  };
  const sides = [
    { name: POSTGRES, run: counted },
    { name: MESSAGES, run: async (seconds: number) => (await line.flood(CALLERS, seconds)).perSecond },
    ...(kafkaFloor === undefined
      ? []
      : [{ name: KAFKA, run: async (seconds: number) => perSecond(await flood(kafkaFloor.trader, seconds)) }]),
  ];
  const rounds = await interleave(sides, { rounds: sizes.rounds, seconds: sizes.seconds, before: () => server.checkpoint() });
  for (const { name } of sides) report.rate(name, rateOf(rounds, name), name === MESSAGES ? 'messages/s' : 'sagas/s');
  // The first round warms up.
  tell(report, rounds, runs.slice(1));
  if (kafkaFloor === undefined) return;
  report.figure({
    name: 'kafkaSagasVsPostgres',
    what: 'Kafka / PostgreSQL',
    value: ratioOf(rounds, KAFKA, POSTGRES),
    unit: '×',
    target: { bound: 'at least', value: 0.8 },
  });
}

function tell(report: Report, rounds: Rounds, measured: readonly CountedRun[]): void {
  const sagas = rateOf(rounds, POSTGRES);
  report.rate('from start to end, median', median(measured.map(({ p50 }) => p50)), 'ms');
  report.figure({ name: 'sagasPerSecond', what: POSTGRES, value: sagas, unit: 'sagas/s', target: { bound: 'at least', value: 150 } });
  report.figure({
    name: 'sagaHopsVsMessages',
    what: `${HOPS} hops of a saga / messages`,
    value: HOPS * ratioOf(rounds, POSTGRES, MESSAGES),
    unit: '×',
    target: { bound: 'at least', value: 0.3 },
  });
  report.figure({
    name: 'sagaP99',
    what: 'from start to end, 99 of 100',
    value: median(measured.map(({ p99 }) => p99)) / 1000,
    unit: 's',
    target: { bound: 'at most', value: 3 },
  });
  report.figure({
    name: 'statementsBusy',
    what: `SQL statements of a saga, ${IN_FLIGHT} in flight`,
    value: median(measured.map(({ statements }) => statements)),
    unit: '',
    target: { bound: 'at most', value: 30 },
  });
}

export function flood(trader: Peer<TraderCalls>, seconds: number): Promise<TradeRun> {
  return trader.ask('flood', { inFlight: IN_FLIGHT, seconds });
}

export function perSecond(run: TradeRun | undefined): number {
  return run === undefined ? Number.NaN : run.ended / run.seconds;
}
