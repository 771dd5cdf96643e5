import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { OrderModule } from './order.module.js';

const ROUNDS = 15;

describe('one Idempotency-Key, sent to two instances at once', () => {
  let database: TestDatabase;
  let instances: TestingApp[];

  beforeAll(async () => {
    database = await createTestDatabase();
    // Each has a broker of its own in memory, so that their consumers would take the partitions from one another for ever.
    const options = {
      storage: 'postgres',
      database: { url: database.url, acquireTimeout: '30s', connectTimeout: '30s' },
      messaging: { run: false },
    } as const;
    instances = [await createTestingApp(OrderModule, options), await createTestingApp(OrderModule, options)];
  });

  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.close()));
    await database.drop();
  });

  it.each([
    ["the client's order id", (): object => ({ orderId: randomUUID() })],
    ['ids made by the server', (): object => ({})],
  ])('is handled once, with %s', async (_what, more) => {
    for (let round = 0; round < ROUNDS; round++) {
      const body = { ...more(), accountId: randomUUID(), lines: [{ sku: 'mug', quantity: 1 }] };
      const key = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(instances.map(({ http }) => http.post<{ orderId: string }>('/orders', body, key)));
      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
      expect(answers[1]?.body).toEqual(answers[0]?.body);
      expect(answers[1]?.headers.get('location')).toBe(answers[0]?.headers.get('location'));
    }
  });

  it('has stored each order once', async () => {
    const { feed } = instances[0] as TestingApp;
    const stored = async () => (await feed.read(feed.beginning)).events;
    await until(async () => (await stored()).length >= 2 * ROUNDS, 'the last event to be settled');
    expect(await stored()).toHaveLength(2 * ROUNDS);
  });
});
