import { randomBytes } from 'node:crypto';
import { lineOverPostgres } from '../messaging/context.js';
import { BenchDatabases } from '../messaging/databases.js';
import { findKafka } from '../messaging/kafka.js';
import { Report } from '../report.js';
import { BenchServer } from '../server.js';
import { benchAlone } from './alone.js';
import { benchBusy } from './busy.js';
import type { Sizes } from './context.js';
import { StatementCount } from './statement-count.js';
import { floorChannels, TradingFloor } from './trading-floor.js';
import { benchWaiting } from './waiting.js';

const FULL: Sizes = { rounds: 3, seconds: 15, alone: 50, hopSeconds: 5, idleSeconds: 10, waiting: 100_000 };
const QUICK: Sizes = { rounds: 1, seconds: 4, alone: 10, hopSeconds: 2, idleSeconds: 3, waiting: 20_000 };

type Open = <T extends { close(): Promise<void> }>(opening: Promise<T>) => Promise<T>;

/** Sagas with three remote steps over three service processes and one PostgreSQL. */
export async function benchSaga({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = new Report('saga');
  const server = await BenchServer.start({ countStatements: true });
  const opened: { close(): Promise<void> }[] = [];
  const open: Open = async (opening) => {
    const thing = await opening;
    opened.push(thing);
    return thing;
  };
  try {
    console.log(`Sagas on ${server.version}, Node ${process.version}${quick ? ', quick' : ''}`);
    await measure(report, { server, quick, open });
  } finally {
    for (const thing of opened.reverse()) await thing.close();
    await server.stop();
  }
  report.finish();
}

async function measure(
  report: Report,
  { server, quick, open }: { readonly server: BenchServer; readonly quick: boolean; readonly open: Open },
): Promise<void> {
  const sizes = quick ? QUICK : FULL;
  const namespace = `bench-${randomBytes(4).toString('hex')}`;
  const databases = await BenchDatabases.create(server);
  const kafka = await findKafka((text) => report.note(text));
  if (kafka !== undefined) await open(Promise.resolve({ close: () => kafka.remove(floorChannels(namespace)) }));
  const line = await open(lineOverPostgres({ quick, report, server, databases, kafka, name: namespace }, 'group'));
  const floor = await open(TradingFloor.open({ server, broker: { kind: 'postgres', url: databases.broker }, namespace }));
  const count = await open(StatementCount.open(server, (seconds) => floor.trader.ask('rest', seconds), sizes.idleSeconds));
  await benchAlone({ report, server, floor, kafkaFloor: undefined, line, count, sizes });
  const kafkaFloor = kafka && (await open(TradingFloor.open({ server, broker: { kind: 'kafka', brokers: kafka.brokers }, namespace })));
  const bench = { report, server, floor, kafkaFloor, line, count, sizes };
  await benchBusy(bench);
  await benchWaiting(bench);
}
