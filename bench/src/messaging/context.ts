import type { Report } from '../report.js';
import type { BenchServer } from '../server.js';
import type { BenchDatabases } from './databases.js';
import type { BenchKafka } from './kafka.js';
import { Line } from './line.js';
import type { BrokerPlace, Route } from './places.js';

/** What every part of the bench works with. */
export interface MessagingBench {
  readonly quick: boolean;
  readonly report: Report;
  readonly server: BenchServer;
  readonly databases: BenchDatabases;
  /** `undefined` where there is none; its rows are then left out. */
  readonly kafka: BenchKafka | undefined;
  /** Of this run: other runs may use the same cluster. */
  readonly name: string;
}

/** What a channel of the bench is for. */
export type Purpose = 'delay' | 'group' | 'pinned' | 'signed';

const KAFKA_PURPOSES: readonly Purpose[] = ['delay', 'group'];

/** Over each broker its own names: positions belong to a channel, whatever carries it. */
function routeOf({ name }: MessagingBench, over: BrokerPlace['kind'], purpose: Purpose): Route {
  const channel = `${name}.${over}.${purpose}`;
  return { channel, consumer: channel, effect: purpose === 'pinned' ? 'pinned' : 'group', signed: purpose === 'signed' };
}

/** The channels that the bench makes on a cluster of Kafka, for it to remove them. */
export function kafkaChannels(bench: MessagingBench): readonly string[] {
  return KAFKA_PURPOSES.map((purpose) => routeOf(bench, 'kafka', purpose).channel);
}

export function lineOverPostgres(bench: MessagingBench, purpose: Purpose): Promise<Line> {
  return openLine(bench, { kind: 'postgres', url: bench.databases.broker }, purpose);
}

export function lineOverKafka(bench: MessagingBench, purpose: Purpose): Promise<Line> {
  return openLine(bench, { kind: 'kafka', brokers: bench.kafka?.brokers ?? [] }, purpose);
}

async function openLine(bench: MessagingBench, broker: BrokerPlace, purpose: Purpose): Promise<Line> {
  const { databases } = bench;
  const sender = await databases.service(`${broker.kind}_${purpose}_sender`);
  const receiver = await databases.service(`${broker.kind}_${purpose}_receiver`);
  return Line.open({ sender, receiver, broker }, routeOf(bench, broker.kind, purpose));
}
