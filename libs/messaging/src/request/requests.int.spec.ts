import { randomBytes } from 'node:crypto';
import { isRejection, SystemClock, uuidv7, type MinosError, type Unit } from '@minos/common';
import { until } from '@minos/common/testing';
import { Database, migrate } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { withKafka } from '../../../../tools/testing/real-kafka.js';
import type { Broker } from '../contracts/broker.js';
import { KafkaBroker } from '../kafka/kafka-broker.js';
import { BROKER_MIGRATIONS } from '../postgres/broker/migrations/index.js';
import { PostgresBroker } from '../postgres/broker/postgres-broker.js';
import { openRequestDatabase, type RequestDatabase } from '../postgres/request-database-kit.js';
import { CLOCK_TOLERANCE_MS } from './request-replies.js';
import { namedCommands, RequestService, reserving, type Reserved, type Work } from './request-kit.js';

interface Brokers {
  open(): Broker;
  close(): Promise<void>;
}

async function postgresBrokers(): Promise<Brokers> {
  const server = await createTestDatabase();
  const pools: Database[] = [];
  const first = new Database({ connectionString: server.url });
  await migrate(first, [BROKER_MIGRATIONS]);
  return {
    open: () => {
      const pool = new Database({ connectionString: server.url });
      pools.push(pool);
      return new PostgresBroker({ database: pool, clock: new SystemClock(), connectionString: server.url });
    },
    close: async () => {
      await Promise.all([first, ...pools].map((pool) => pool.close()));
      await server.drop();
    },
  };
}

const store = (unit: Unit, text: string): void => void unit.enlist({ kind: 'test.reserved', text } as Reserved);

function twoServices(openBrokers: () => Promise<Brokers>): void {
  // Topics outlive a run.
  const run = randomBytes(3).toString('hex');
  const [order, product] = [`order-${run}`, `product-${run}`];
  const { registry, reserve, unheard } = namedCommands(product);
  const open: { close(): Promise<void> }[] = [];
  const databases = new Map<string, RequestDatabase>();
  let brokers: Brokers;
  let looker: Broker;

  const published = async (): Promise<bigint> => {
    const { partitions } = await looker.describe(`${product}.commands`);
    return partitions.reduce((sum, { next }) => sum + next, 0n);
  };

  const service = async (name: string, work?: Work): Promise<RequestService> => {
    const stores = databases.get(name) as RequestDatabase;
    const broker = brokers.open();
    const made = new RequestService({ name, registry, owner: product }, broker, stores);
    open.push({ close: () => made.stop() }, broker);
    await made.start();
    if (work !== undefined) made.serve(work);
    return made;
  };

  beforeAll(async () => {
    brokers = await openBrokers();
    looker = brokers.open();
    for (const name of [order, product]) {
      const server = await createTestDatabase();
      const database = await openRequestDatabase(server.url);
      databases.set(name, { ...database, close: () => database.close().then(() => server.drop()) });
    }
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
  afterAll(async () => {
    for (const database of databases.values()) await database.close();
    await looker.close();
    await brokers.close();
  });

  it('answer and reject, keep replies, and tell what is not handled', async () => {
    const asker = await service(order);
    await service(product, reserving(store));
    const id = uuidv7();
    expect(await asker.requests.ask(reserve('o-1'), { id })).toEqual({ total: 1 });
    expect(await asker.requests.ask(reserve('o-1'), { id })).toEqual({ total: 1 });
    const refused = await asker.requests.ask(reserve('o-2', 9)).catch((error: unknown) => error);
    expect(isRejection(refused, 'stock.insufficient')).toBe(true);
    const unknown = (await asker.requests.ask(unheard('o-3')).catch((error: unknown) => error)) as MinosError;
    expect(unknown.code).toBe('COMMAND_NOT_HANDLED');
    const behind = (await asker.requests.ask(reserve('o-3')).catch((error: unknown) => error)) as MinosError;
    expect(behind.code).toBe('KEY_PARKED');
    expect(await databases.get(product)?.reserved()).toEqual(['o-1']);
  });

  it('leave a request undone whose time is over, and handle it once when it is asked again', async () => {
    const asker = await service(order);
    await until(() => asker.requests.status().partition !== undefined, 'a place for replies');
    const before = await published();
    const id = uuidv7();
    const first = (await asker.requests.ask(reserve('late'), { id, timeout: 300 }).catch((error: unknown) => error)) as MinosError;
    expect(first.code).toBe('OUTCOME_UNKNOWN');
    await until(async () => (await published()) > before, 'the request to be in the broker');
    // Its time counts from there.
    await new Promise((resolve) => setTimeout(resolve, 300 + CLOCK_TOLERANCE_MS + 50));
    const handler = await service(product, reserving(store));
    await until(() => handler.rejected === 1, 'the expired request');
    const again = await Promise.all([1, 2, 3].map(() => asker.requests.ask(reserve('late'), { id })));
    expect(again).toEqual([{ total: 1 }, { total: 1 }, { total: 1 }]);
    expect((await databases.get(product)?.reserved())?.filter((text) => text === 'late')).toEqual(['late']);
  });

  it('keep many requests at once apart', async () => {
    const asker = await service(order);
    await service(product, ({ orderId }, { unit }) => (store(unit, orderId), { total: Number(orderId.slice(2)) }));
    await asker.requests.ask(reserve('m-0'));
    const times: number[] = [];
    for (let n = 0; n < 100; n += 1) {
      const begun = performance.now();
      expect(await asker.requests.ask(reserve(`s-${n}`))).toEqual({ total: n });
      times.push(performance.now() - begun);
    }
    const median = times.sort((a, b) => a - b)[50] ?? 0;
    process.stderr.write(
      `one request after another: ${median.toFixed(1)} ms in the median, ${(times[98] ?? 0).toFixed(1)} ms at the most but one\n`,
    );
    const begun = performance.now();
    const totals = await Promise.all(Array.from({ length: 500 }, (_, n) => asker.requests.ask(reserve(`m-${n}`))));
    process.stderr.write(`500 at once: ${(performance.now() - begun).toFixed(0)} ms\n`);
    expect(totals.map(({ total }) => total)).toEqual(totals.map((_, n) => n));
  });
}

describe('two services that ask over PostgreSQL', () => twoServices(postgresBrokers));

withKafka('two services that ask over Apache Kafka', (addresses) => {
  describe('two services that ask over Apache Kafka', () =>
    twoServices(async () => ({
      open: () => new KafkaBroker({ brokers: addresses, clientId: 'requests' }),
      close: async () => undefined,
    })));
});
