import { randomInt, randomUUID } from 'node:crypto';
import { isRejection } from '@minos/common';
import { until } from '@minos/common/testing';
import { CONSISTENCY_HEADER } from '@minos/nest';
import { createTestingApp, type TestingApp } from '@minos/nest/testing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { CommandBus } from '@minos/cqrs';
import { ReleaseStock, ReserveStock, SellStock, type StockLine } from '@shop/contracts';
import { StockTurns } from './commands/stock-turns.js';
import { ProductModule } from './product.module.js';
import type { ProductView } from './queries/get-product.query.js';
import type { ProductPage } from './queries/list-products.query.js';

const SKUS = ['a', 'b', 'c', 'd'];
const ON_HAND = 150;
const ORDERS = 120;

describe('the product service on two instances', () => {
  let database: TestDatabase;
  let instances: TestingApp[];

  const start = (): Promise<TestingApp> =>
    createTestingApp(ProductModule, {
      storage: 'postgres',
      // A machine that is busy is no database that has no time: whoever waits for a connection gets one.
      database: { url: database.url, acquireTimeout: '1m', connectTimeout: '1m' },
      messaging: { run: false },
    });
  const instance = (number: number): TestingApp => instances[number % instances.length] as TestingApp;
  const execute = (number: number, command: ReserveStock | ReleaseStock | SellStock): Promise<unknown> =>
    instance(number).get(CommandBus).execute(command);
  const products = (): Promise<ProductView[]> =>
    Promise.all(SKUS.map(async (sku) => (await instance(0).http.get<ProductView>(`/products/${sku}`)).body));

  beforeAll(async () => {
    database = await createTestDatabase();
    instances = await Promise.all([start(), start()]);
    for (const sku of SKUS) await instance(0).http.post('/products', { sku, title: sku, price: 100, onHand: ON_HAND });
  });

  afterAll(async () => {
    await Promise.all(instances.map((one) => one.close()));
    await database.drop();
  });

  it('gives orders that want the same products in any order their pieces, or refuses them, and nothing stands still', async () => {
    const orders = Array.from({ length: ORDERS }, () => ({ id: randomUUID(), lines: someLines() }));
    const asked = await Promise.allSettled(orders.map(({ id, lines }, number) => execute(number, new ReserveStock(id, lines))));
    for (const outcome of asked) if (outcome.status === 'rejected') expect(isRejection(outcome.reason, 'stock.insufficient')).toBe(true);
    const held = orders.filter((_, index) => asked[index]?.status === 'fulfilled');
    expect((await products()).map(({ reserved }) => reserved)).toEqual(SKUS.map((sku) => pieces(held, sku)));

    // Each order ends, some are asked twice and at once, on either instance.
    const sold = held.filter((_, index) => index % 2 === 0);
    await Promise.all(
      held.flatMap(({ id }, index) => {
        const command = index % 2 === 0 ? new SellStock(id) : new ReleaseStock(id);
        return [execute(index, command), ...(index % 5 === 0 ? [execute(index + 1, command)] : [])];
      }),
    );
    for (const { sku, onHand, reserved, sold: gone } of await products())
      expect({ onHand, reserved, gone }).toEqual({ onHand: ON_HAND - pieces(sold, sku), reserved: 0, gone: pieces(sold, sku) });
    expect(instances.map((one) => one.get(StockTurns).busy)).toEqual([0, 0]);
  });

  it('answers one order that is reserved on both at once with one reservation', async () => {
    for (let round = 0; round < 10; round++) {
      const command = new ReserveStock(randomUUID(), [
        { sku: 'b', quantity: 1 },
        { sku: 'a', quantity: 1 },
      ]);
      const [first, second] = await Promise.all([execute(0, command), execute(1, command)]);
      expect(second).toEqual(first);
      await execute(round, new ReleaseStock(command.orderId));
    }
    expect((await products()).map(({ reserved }) => reserved)).toEqual([0, 0, 0, 0]);
  });

  it('has one list, which goes on where it was when the services start again', async () => {
    const list = async (headers: Readonly<Record<string, string>> = {}): Promise<Record<string, number>> => {
      const { body } = await instance(0).http.get<ProductPage>('/products?limit=200', headers);
      return Object.fromEntries(body.items.map(({ sku, available }) => [sku, available]));
    };
    const expected = Object.fromEntries((await products()).map(({ sku, available }) => [sku, available]));
    await until(async () => JSON.stringify(await list()) === JSON.stringify(expected), 'the list to be as the products are');

    await Promise.all(instances.map((one) => one.close()));
    instances = [await start()];
    expect(await list()).toEqual(expected);
    const adjusted = await instance(0).http.post<ProductView>('/products/a/stock', { delta: 3 });
    const token = adjusted.headers.get(CONSISTENCY_HEADER) ?? '';
    await until(
      async () => (await instance(0).http.get('/products', { [CONSISTENCY_HEADER]: token })).status === 200,
      'a list so new',
      60_000,
    );
    expect(await list({ [CONSISTENCY_HEADER]: token })).toEqual({ ...expected, a: adjusted.body.available });
  });
});

function someLines(): StockLine[] {
  const skus = [...SKUS].sort(() => randomInt(3) - 1).slice(0, randomInt(1, SKUS.length + 1));
  return skus.map((sku) => ({ sku, quantity: randomInt(1, 4) }));
}

function pieces(orders: readonly { lines: readonly StockLine[] }[], sku: string): number {
  return orders.flatMap(({ lines }) => lines).reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
}
