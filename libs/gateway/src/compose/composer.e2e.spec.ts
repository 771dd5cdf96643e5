import type { Duration } from '@minos/common';
import type { Endpoint } from '@minos/discovery';
import { ExpressAdapter } from '@nestjs/platform-express';
import { type Handler, ROUTES, TestService } from '../front-door/front-door-kit.js';
import { NestDoor } from '../module/nest-door-kit.js';
import type { ComposedRouteOptions } from './composed-route.options.js';
import { target } from './target.js';

const ORDERS: readonly Endpoint[] = [{ method: 'GET', path: '/orders/{id}', access: ROUTES.authenticated }];
const PRODUCTS: readonly Endpoint[] = [
  { method: 'GET', path: '/products', access: ROUTES.public },
  { method: 'GET', path: '/costs', access: ROUTES.admin },
];

const page = (within: Duration): ComposedRouteOptions => ({
  path: '/pages/orders/{id}',
  within: '10m',
  parts: {
    order: { ask: ({ parameters }) => target`/orders/${String(parameters['id'])}`, otherwise: 'fail' },
    products: {
      after: ['order'],
      ask: (_request, { order }) => target`/products?skus=${(order as { skus: string[] }).skus}`,
      within,
      otherwise: 'omit',
    },
    costs: { ask: () => '/costs', otherwise: { default: null } },
  },
});

const json =
  (body: object, status = 200): Handler =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(
  order: Handler,
  product: Handler,
  within: Duration = '10m',
): Promise<{ door: NestDoor; orders: TestService; products: TestService }> {
  const orders = await TestService.start('order', order);
  const products = await TestService.start('product', product);
  const door = await NestDoor.start(() => new ExpressAdapter(), { composed: [page(within)] });
  door.directory.set([orders.entry(ORDERS), products.entry(PRODUCTS)]);
  stops.push(
    () => orders.stop(),
    () => products.stop(),
    () => door.stop(),
  );
  return { door, orders, products };
}

const ALICE = { authorization: 'Bearer alice' };
const ORDER = json({ orderId: '7', skus: ['a', 'b/c'] });

describe('a composed route', () => {
  it('is one answer from several services, each asked on behalf of the caller and by its own rules', async () => {
    const { door, orders, products } = await start(ORDER, json({ items: [1] }));
    const response = await fetch(`${door.url}/pages/orders/7`, { headers: ALICE });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      data: { order: { orderId: '7', skus: ['a', 'b/c'] }, products: { items: [1] }, costs: null },
      complete: false,
      parts: { order: 'complete', products: 'complete', costs: 'default' },
      reasons: { costs: 'GATEWAY_FORBIDDEN' },
    });
    expect(orders.last.headers.authorization).toBe('Bearer st.order.alice');
    expect(products.last.url).toBe('/products?skus=a,b%2Fc');
    expect(orders.last.headers['x-correlation-id']).toBe(response.headers.get('x-correlation-id'));
  });

  it('is for who may call it', async () => {
    const { door, orders } = await start(ORDER, json({}));
    expect((await fetch(`${door.url}/pages/orders/7`)).status).toBe(401);
    expect(orders.begun).toBe(0);
  });

  it('does without what does not come in time', async () => {
    const { door } = await start(ORDER, () => undefined, '300ms');
    const response = await fetch(`${door.url}/pages/orders/7`, { headers: ALICE });
    expect(await response.json()).toMatchObject({
      complete: false,
      parts: { products: 'omitted' },
      reasons: { products: 'COMPOSITION_PART_LATE' },
    });
  });

  it('fails as the part fails that it cannot do without', async () => {
    const { door } = await start(json({ code: 'AGGREGATE_NOT_FOUND' }, 404), json({}));
    const response = await fetch(`${door.url}/pages/orders/7`, { headers: ALICE });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: 'AGGREGATE_NOT_FOUND' });
  });

  it('asks for nothing but plain paths, whatever the client writes', async () => {
    const { door, orders } = await start(ORDER, json({}));
    for (const id of ['..%2fadmin', '%2e%2e', '7%3fadmin=1', '7%23', '7%3b'])
      await fetch(`${door.url}/pages/orders/${id}`, { headers: ALICE });
    expect(orders.seen.map(({ url }) => url)).toEqual(['/orders/7%3Fadmin=1', '/orders/7%23', '/orders/7%3B']);
  });
});
