import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { QueryBus } from '@minos/cqrs';
import { CONSISTENCY_HEADER } from '@minos/nest';
import { createTestingSystem, type TestingSystem } from '@minos/nest/testing';
import { GetProducts, MOST_PRODUCTS } from '@shop/contracts';
import { type ScratchServer, scratchServer } from '../testing/scratch-server.js';
import { freePort, type ServiceProcess, startService } from '../testing/service-process.js';
import { ProductModule } from '../../apps/product/src/product.module.js';
import { OrderModule } from '../../apps/order/src/order.module.js';
import { openAccount } from './open-account.js';
import { PaymentModule } from '../../apps/payment/src/payment.module.js';

interface Details {
  readonly order: { readonly orderId: string; readonly status: string };
  readonly products?: readonly { readonly sku: string; readonly title: string; readonly price: number; readonly available: number }[];
  readonly complete: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

const MUG = { sku: 'mug', title: 'Mug', price: 1250, onHand: 10 };
const PEN = { sku: 'pen', title: 'Pen', price: 300, onHand: 5 };
const anOrder = (accountId: string): object => ({
  accountId,
  lines: [
    { sku: 'pen', quantity: 1 },
    { sku: 'mug', quantity: 2 },
    { sku: 'mug', quantity: 1 },
  ],
});

describe('the details of an order, over one broker in memory', () => {
  let system: TestingSystem<'order' | 'payment' | 'product'>;
  let accountId: string;

  beforeAll(async () => {
    system = await createTestingSystem({ order: OrderModule, payment: PaymentModule, product: ProductModule });
    accountId = await openAccount(system.apps.payment.http, 1_000_000);
    for (const product of [MUG, PEN]) await system.apps.product.http.post('/products', product);
    await system.settled();
  });

  afterAll(() => system.close());

  const details = async (orderId: string) => system.apps.order.http.get<Details>(`/orders/${orderId}/details`);
  const place = async (): Promise<{ orderId: string; token: string }> => {
    const { body, headers } = await system.apps.order.http.post<{ orderId: string }>('/orders', anOrder(accountId));
    await system.settled();
    return { orderId: body.orderId, token: headers.get(CONSISTENCY_HEADER) ?? '' };
  };

  it('are the order as its own route shows it, and its products with price and stock, each once', async () => {
    const { orderId } = await place();
    const answer = await until(async () => {
      const found = await details(orderId);
      return found.body.complete && found;
    }, 'a complete answer');
    const { body: order } = await system.apps.order.http.get(`/orders/${orderId}`);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      order,
      products: [
        { sku: 'mug', title: 'Mug', price: 1250, available: 7 },
        { sku: 'pen', title: 'Pen', price: 300, available: 4 },
      ],
      complete: true,
      parts: { order: 'complete', products: 'complete' },
    });
  });

  it.each(['nope', randomUUID()])('are not there where the order is not: %s', async (id) => {
    const [order, found] = [await system.apps.order.http.get<object>(`/orders/${id}`), await details(id)];
    expect(found).toMatchObject({ status: 404, body: { title: 'Not Found', status: 404 } });
    expect(found.body).toEqual(order.body);
  });

  it('stand beside a history that shows titles, which a view has of the product service', async () => {
    const { orderId } = await place();
    const lines = await until(async () => {
      const { body } = await system.apps.order.http.get('/orders');
      const { items } = body as { items: { orderId: string; lines: { sku: string; title?: string }[] }[] };
      const found = items.find((one) => one.orderId === orderId)?.lines;
      return found?.every(({ title }) => title !== undefined) && found;
    }, 'the titles');
    expect(lines.map(({ sku, title }) => [sku, title])).toEqual(expect.arrayContaining([['mug', 'Mug']]));
  });

  it('are as new as a token says, or refused', async () => {
    const { orderId, token } = await place();
    const get = (given: string) => system.apps.order.http.get(`/orders/${orderId}/details`, { [CONSISTENCY_HEADER]: given });
    expect(await get(token)).toMatchObject({ status: 200 });
    expect(await get('nonsense')).toMatchObject({ status: 400, body: { code: 'CONSISTENCY_TOKEN_INVALID' } });
  });

  it('cannot be asked for more products than an order has', async () => {
    const skus = Array.from({ length: MOST_PRODUCTS + 1 }, (_, index) => `sku-${index}`);
    const queries = system.apps.order.get(QueryBus);
    await expect(queries.execute(new GetProducts(skus))).rejects.toMatchObject({ code: 'catalogue.too-many' });
    expect(await queries.execute(new GetProducts(skus.slice(1)))).toEqual([]);
    expect(await queries.execute(new GetProducts([]))).toEqual([]);
  });
});

describe('the details of an order, of two processes', () => {
  let server: ScratchServer;
  const running: ServiceProcess[] = [];

  beforeAll(async () => {
    server = await scratchServer();
  });

  afterAll(async () => {
    for (const service of running) await service.kill('SIGKILL');
    await server.remove();
  });

  const start = async (app: 'order' | 'product', port?: number): Promise<ServiceProcess> => {
    const service = await startService({ app, databaseUrl: server.url, ...(port !== undefined && { port }) });
    running.push(service);
    return service;
  };
  const post = (url: string, body: object): Promise<Response> =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  it('are complete, go without the products while their service is down, and are complete again when it is back', async () => {
    const [order, product] = [await start('order'), await start('product', await freePort())];
    for (const one of [MUG, PEN]) expect((await post(`${product.url}/products`, one)).status).toBe(201);
    const { orderId } = (await (await post(`${order.url}/orders`, anOrder(randomUUID()))).json()) as { orderId: string };
    const read = async (): Promise<{ status: number; body: Details; milliseconds: number }> => {
      const begun = performance.now();
      const answer = await fetch(`${order.url}/orders/${orderId}/details`);
      return { status: answer.status, body: (await answer.json()) as Details, milliseconds: performance.now() - begun };
    };
    const complete = (): Promise<Details> =>
      until(
        async () => {
          const { status, body } = await read();
          expect(status).toBe(200);
          return body.complete && body.products?.length === 2 && body;
        },
        'a complete answer',
        120_000,
      );
    expect((await complete()).products?.map(({ sku }) => sku)).toEqual(['mug', 'pen']);

    await product.kill('SIGKILL');
    const { status, body } = await read();
    expect(status).toBe(200);
    expect(body).toMatchObject({ order: { orderId }, complete: false, parts: { order: 'complete', products: 'omitted' } });
    expect('products' in body).toBe(false);
    // Within a second, but where the machine of the test is busy with something else.
    await until(async () => (await read()).milliseconds < 1_000, 'an answer within a second', 120_000);

    await start('product', Number(new URL(product.url).port));
    expect((await complete()).parts).toEqual({ order: 'complete', products: 'complete' });
  }, 900_000);
});
