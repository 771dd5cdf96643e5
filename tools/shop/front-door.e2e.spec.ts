import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { openAccount } from './open-account.js';
import { type Customer, WholeShop } from './whole-shop.js';

jest.setTimeout(600_000);

const SKU = 'mug';
const PRICE = 1_250;

describe('the shop, through the gateway only', () => {
  let shop: WholeShop;
  let admin: Customer;
  let ada: Customer;
  let bob: Customer;

  beforeAll(async () => {
    shop = await WholeShop.start({ counts: { order: 2 } });
    admin = await shop.admin();
    [ada, bob] = [await shop.register(), await shop.register()];
    expect(await admin.post('/products', { sku: SKU, title: 'Mug', price: PRICE, onHand: 100 })).toMatchObject({ status: 201 });
  });
  afterAll(() => shop?.close());

  const order = async (customer: Customer): Promise<string> => {
    const answer = await customer.order<{ orderId: string }>({ lines: [{ sku: SKU, quantity: 2 }] });
    expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    return answer.body.orderId;
  };

  it('is where a customer registers, pays in, orders, and sees the own order', async () => {
    expect(await openAccount(ada, 10_000)).toBe(ada.id);
    const orderId = await order(ada);
    expect((await ada.get(`/orders/${orderId}`)).body).toMatchObject({ orderId, status: 'confirmed', total: 2 * PRICE });
    const isListed = async (): Promise<boolean> =>
      (await ada.get<{ items: { orderId: string }[] }>('/orders')).body.items.some((one) => one.orderId === orderId);
    await until(isListed, 'the history to have it', 120_000);
    expect((await ada.get(`/accounts/${ada.id}`)).body).toMatchObject({ balance: 10_000 - 2 * PRICE });
  });

  it('shows its catalogue to everybody, and nothing else to nobody', async () => {
    expect(await shop.nobody.get('/products')).toMatchObject({ status: 200, body: { items: [{ sku: SKU }] } });
    for (const path of ['/orders', `/orders/${randomUUID()}`, `/accounts/${randomUUID()}`, '/auth/users'])
      expect([path, (await shop.nobody.get(path)).status]).toEqual([path, 401]);
    for (const path of ['/orders', '/accounts', '/products', `/products/${SKU}/stock`, '/auth/logout'])
      expect([path, (await shop.nobody.post(path, {})).status]).toEqual([path, 401]);
  });

  it('keeps customers from what admins may', async () => {
    expect(await bob.post('/products', { sku: 'mine', title: 'Mine', price: 1, onHand: 1 })).toMatchObject({ status: 403 });
    expect(await bob.post(`/products/${SKU}/stock`, { delta: 1 })).toMatchObject({ status: 403 });
    expect(await bob.get('/auth/users')).toMatchObject({ status: 403 });
  });

  it('has nothing of one customer for another one, on any route', async () => {
    await openAccount(bob, 10_000);
    const [hers, his] = [await order(ada), await order(bob)];
    const attempts = [[ada, his, bob.id] as const, [bob, hers, ada.id] as const].flatMap(([customer, orderId, accountId]) => [
      customer.get(`/orders/${orderId}`),
      customer.get(`/orders/${orderId}/events`),
      customer.get(`/orders/${orderId}/details`),
      customer.post(`/orders/${orderId}/cancel`, {}),
      customer.post('/orders', { accountId, lines: [{ sku: SKU, quantity: 1 }] }),
      customer.get(`/accounts/${accountId}`),
      customer.post(`/accounts/${accountId}/deposits`, { amount: 1 }),
      customer.post('/accounts', { accountId }),
    ]);
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 403 && status !== 404)).toEqual([]);
    expect((await admin.get(`/orders/${hers}`)).status).toBe(200);
  });

  it('does not let an idempotency key of one customer give the answer of another one', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const [first, again, other] = [
      await ada.post('/orders', ORDER, key),
      await ada.post('/orders', ORDER, key),
      await bob.post('/orders', ORDER, key),
    ];
    expect(again.body).toEqual(first.body);
    expect(other.status).toBe(202);
    expect(other.body).not.toEqual(first.body);
  });

  it('refuses unknown fields', async () => {
    expect(await ada.post('/orders', { ...ORDER, roles: ['admin'] })).toMatchObject({ status: 400, body: { errors: [{ path: 'roles' }] } });
    const login = { email: `${randomUUID()}@shop.example`, password: 'a long enough password' };
    expect(await shop.nobody.post('/auth/register', { ...login, roles: ['admin'] })).toMatchObject({ status: 400 });
  });

  it('lets nobody say who they are by headers, and services believe nobody but the gateway', async () => {
    const claims = { 'x-user-id': ada.id, 'x-roles': 'admin', x_user_id: ada.id, 'x-forwarded-user': ada.id, 'x-minos-principal': ada.id };
    expect((await shop.nobody.get('/orders', claims)).status).toBe(401);
    expect((await bob.get(`/accounts/${ada.id}`, claims)).status).toBe(404);
    const direct = await fetch(`${shop.urlOf('payment')}/accounts/${ada.id}`, { headers: { ...claims, ...ada.headers } });
    expect(direct.status).toBe(401);
  });

  it('forgets who has logged out, within 5 s', async () => {
    const carl = await shop.register();
    expect((await carl.get('/orders')).status).toBe(200);
    expect((await carl.post('/auth/logout')).status).toBe(204);
    const begun = performance.now();
    let looks = 0;
    const isRefused = async (): Promise<boolean> => {
      if ((await carl.get('/orders')).status === 401) return true;
      // Where so few take so long, the machine has no time for the shop.
      if (++looks > 100 && performance.now() - begun > 5_000) throw new Error('The token is taken still.');
      return false;
    };
    await until(isRefused, 'the token to be refused');
    expect((await shop.nobody.post('/auth/refresh', { refreshToken: carl.tokens.refreshToken })).status).toBe(401);
  });
});

const ORDER = { lines: [{ sku: SKU, quantity: 1 }] };
