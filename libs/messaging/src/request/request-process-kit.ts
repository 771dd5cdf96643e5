// One process of a service that asks or handles, for the fault tests: they start it, end it and kill it.
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isMinosError, SystemClock, uuidv7 } from '@minos/common';
import { Database } from '@minos/postgres';
import type { Broker } from '../contracts/broker.js';
import { KafkaBroker } from '../kafka/kafka-broker.js';
import { PostgresBroker } from '../postgres/broker/postgres-broker.js';
import { openRequestDatabase, type InboxFault } from '../postgres/request-database-kit.js';
import { namedCommands, type NamedCommands, RequestService, type Reserved } from './request-kit.js';

/** A PostgreSQL server that is the broker, or a Kafka cluster. */
export type BrokerAddress = { readonly postgres: string } | { readonly kafka: readonly string[] };

export interface RequestProcessOptions {
  readonly role: 'asker' | 'handler';
  readonly name: string;
  /** The service that handles. */
  readonly owner: string;
  readonly database: string;
  readonly broker: BrokerAddress;
  readonly fault?: InboxFault;
  /** Requests that an asker has under way at the same time. */
  readonly lanes: number;
}

/** What the process tells whoever started it. */
export type RequestReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'asked'; readonly id: string; readonly orderId: string }
  | { readonly kind: 'answered'; readonly id: string; readonly receipt: number }
  | { readonly kind: 'failed'; readonly id: string; readonly code: string }
  | { readonly kind: 'drained'; readonly left: number };

/** What it is told: to ask once more. */
export interface AskAgain {
  readonly id: string;
  readonly orderId: string;
}

const LARGEST_RECEIPT = 2 ** 47;

const tell = (report: RequestReport): void => void process.send?.(report);

function openBroker(address: BrokerAddress): { readonly broker: Broker; readonly close: () => Promise<void> } {
  if ('kafka' in address) {
    const broker = new KafkaBroker({ brokers: [...address.kafka], clientId: `requests-${process.pid}` });
    return { broker, close: () => broker.close() };
  }
  const database = new Database({ connectionString: address.postgres, connectTimeoutMs: 30_000 });
  const broker = new PostgresBroker({ database, clock: new SystemClock(), connectionString: address.postgres });
  return { broker, close: () => broker.close().then(() => database.close()) };
}

async function main(options: RequestProcessOptions): Promise<void> {
  const { role, name, owner, fault } = options;
  const stores = await openRequestDatabase(options.database, fault);
  const { broker, close } = openBroker(options.broker);
  const commands = namedCommands(owner);
  const service = new RequestService({ name, owner, registry: commands.registry }, broker, stores);
  await service.start();
  const stop = role === 'handler' ? serve(service) : askOn(service, commands, options.lanes);
  process.once('SIGTERM', () => {
    void (async () => {
      await stop();
      await service.stop();
      await close();
      await stores.close();
      process.disconnect();
    })();
  });
}

/** Its receipt tells one handling from another. */
function serve(service: RequestService): () => Promise<void> {
  const consumer = service.serve(async ({ orderId }, { unit }) => {
    await pause(Math.random() * 15);
    const total = randomInt(LARGEST_RECEIPT);
    unit.enlist({ kind: 'test.reserved', text: `${orderId} ${total}` } as Reserved);
    return { total };
  });
  const look = setInterval(() => {
    if (consumer.status().partitions.length === 0) return;
    clearInterval(look);
    tell({ kind: 'ready' });
  }, 20);
  return async () => clearInterval(look);
}

/** Asks one request after the other in each lane, until it is stopped; then waits for the replies. */
function askOn(service: RequestService, commands: NamedCommands, lanes: number): () => Promise<void> {
  let stopping = false;
  const ask = async (id: string, orderId: string): Promise<void> => {
    tell({ kind: 'asked', id, orderId });
    try {
      const { total } = await service.requests.ask(commands.reserve(orderId), { id, timeout: '90s' });
      tell({ kind: 'answered', id, receipt: total });
    } catch (error) {
      tell({ kind: 'failed', id, code: isMinosError(error) ? error.code : String(error) });
    }
  };
  const lane = async (): Promise<void> => {
    while (!stopping) {
      await ask(uuidv7(), `o-${uuidv7()}`);
      await pause(Math.random() * 40);
    }
  };
  process.on('message', ({ id, orderId }: AskAgain) => void ask(id, orderId));
  const asking = Array.from({ length: lanes }, lane);
  tell({ kind: 'ready' });
  return async () => {
    stopping = true;
    tell({ kind: 'drained', left: await service.requests.drain('90s') });
    await Promise.all(asking);
  };
}

const given = process.env['MINOS_REQUEST_PROCESS'];
if (given !== undefined && process.send !== undefined) void main(JSON.parse(given) as RequestProcessOptions);
