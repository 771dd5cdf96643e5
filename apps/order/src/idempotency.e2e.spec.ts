import { randomUUID } from 'node:crypto';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { OrderModule } from './order.module.js';

const ROUNDS = 15;

describe('one Idempotency-Key, sent to two instances at once', () => {
  let database: TestDatabase;
  let instances: TestingApp[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = { storage: 'postgres', database: { url: database.url } } as const;
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
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(answers[1]?.body).toEqual(answers[0]?.body);
      expect(answers[1]?.headers.get('location')).toBe(answers[0]?.headers.get('location'));
    }
  });

  it('has stored each order once', async () => {
    const { events } = await (instances[0] as TestingApp).feed.read((instances[0] as TestingApp).feed.beginning);
    expect(events).toHaveLength(2 * ROUNDS);
  });
});
