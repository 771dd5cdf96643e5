import { inspect } from 'node:util';
import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { ChangeWriterRegistry, Database, GroupCommitter, LeaseFenceWriter, PostgresLeases } from '@minos/postgres';
import type { ConsumerStatus } from '../consumer/consumer-status.js';
import type { Broker } from '../contracts/broker.js';
import { Outbox } from '../outbox/outbox.js';
import { OutboxWriter } from '../postgres/outbox/outbox-writer.js';
import { PostgresOutboxStore } from '../postgres/outbox/postgres-outbox-store.js';
import { OutboxRelay } from '../relay/outbox-relay.js';
import { openBroker, troubled } from './fault-broker.js';
import type { Order, ProcessConfig, Pulse } from './fault-config.js';
import { FaultConsumer } from './fault-consumer.js';
import { forgetFirst } from './fault-controls.js';
import { LedgerWriter } from './fault-ledger.js';
import { FaultProducer } from './fault-producer.js';

const PULSE_MS = 50;

interface Running {
  readonly stops: (() => Promise<void>)[];
  producer?: FaultProducer;
  consumer?: FaultConsumer;
  /** Messages that the relay has published. */
  published: number;
  obeyed: number;
}

/** A process of a fault test: runs what its configuration says until SIGTERM, then ends in order; dies with its parent. */
export async function serve(): Promise<void> {
  const config = JSON.parse(process.env['MINOS_FAULT_PROCESS'] ?? '{}') as ProcessConfig;
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const running: Running = { stops: [], published: 0, obeyed: 0 };
  const { broker, close } = openBroker(config.broker);
  if (config.produce !== undefined || config.relay !== undefined) openProducerSide(config, broker, running);
  const { consume } = config;
  if (consume !== undefined) {
    const consumer = await FaultConsumer.open(config, consume, broker);
    running.consumer = consumer;
    // Whoever stops the process knows then which handlers were under way.
    consumer.onPaused = () => void (process.connected && process.send?.(pulseOf(running)));
    running.stops.push(() => consumer.stop());
  }
  const beat = setInterval(() => process.send?.(pulseOf(running)), PULSE_MS);
  process.on('message', (order: Order) => obey(order, running));
  process.once('SIGTERM', () => {
    const stopped = Promise.all(running.stops.map((stop) => stop()))
      .then(close)
      .then(() => process.send?.(pulseOf(running)));
    void stopped.then(() => {
      clearInterval(beat);
      process.removeAllListeners('disconnect');
      process.disconnect();
    });
  });
}

function openProducerSide(config: ProcessConfig, broker: Broker, running: Running): void {
  const clock = new SystemClock();
  const database = new Database({ connectionString: config.producerUrl, max: 10 });
  const writers = new ChangeWriterRegistry([new LeaseFenceWriter(), new OutboxWriter(), new LedgerWriter({ orders: true })]);
  const committer = new GroupCommitter({ database, writers, clock });
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const relay = config.relay === undefined ? undefined : makeRelay(config, { broker, database, running });
  const outbox = new Outbox({ source: 'things', clock, onStored: (slot) => relay?.hint(slot) });
  if (config.produce !== undefined) running.producer = new FaultProducer(config, config.produce, { unitOfWork, outbox, clock });
  running.producer?.start();
  relay?.start();
  running.stops.push(async () => {
    await running.producer?.stop();
    await relay?.stop();
    await committer.close();
    await database.close();
  });
}

function makeRelay(
  { relay: config = {} }: ProcessConfig,
  { broker, database, running }: { readonly broker: Broker; readonly database: Database; readonly running: Running },
): OutboxRelay {
  const clock = new SystemClock();
  const store = new PostgresOutboxStore(database);
  const { publish } = troubled(broker, config);
  const counting: Pick<Broker, 'publish'> = {
    publish: async (messages) => {
      const outcomes = await publish(messages);
      running.published += messages.length;
      return outcomes;
    },
  };
  return new OutboxRelay(
    { store: config.forgetFirst ? forgetFirst(store, database) : store, broker: counting, leases: new PostgresLeases(database), clock },
    { lease: config.leaseMs ?? 2_000, poll: { first: '20ms', longest: '100ms' } },
  );
}

function pulseOf({ producer, consumer, published, obeyed }: Running): Pulse {
  const { work: sent, failed, idle } = producer ?? { work: 0, failed: 0, idle: true };
  const { work: done, fenced, handling } = consumer ?? { work: 0, fenced: 0, handling: 0 };
  const accepted = producer?.takeAccepted() ?? [];
  const told = { work: sent + done + published, accepted, obeyed, idle, failed, fenced, handling };
  return { ...told, ...(consumer && { consumer: plain(consumer.pipeline.status()) }) };
}

/** As another process can be told it. */
function plain({ error, member, partitions, ...status }: ConsumerStatus): ConsumerStatus {
  const said = (one: unknown): object => (one === undefined ? {} : { error: inspect(one) });
  return {
    ...status,
    ...said(error),
    ...(member && { member: { ...member, ...said(member.error) } }),
    partitions: partitions.map(({ halted, trouble, ...partition }) => ({
      ...partition,
      ...(halted && { halted: new Error(halted.message) }),
      ...(trouble === undefined ? {} : { trouble: inspect(trouble) }),
    })),
  };
}

function obey(order: Order, running: Running): void {
  const { producer } = running;
  running.obeyed += 1;
  switch (order.kind) {
    case 'load':
      return producer?.change(order.load);
    case 'burst':
      return producer?.burst(order.count);
    default:
      return block(order.forMs);
  }
}

function block(forMs: number): void {
  const end = Date.now() + forMs;
  while (Date.now() < end);
}
