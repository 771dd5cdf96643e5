import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CONSISTENCY_HEADER, parseConsistencyToken } from '@minos/nest';
import { createTestingApp } from '@minos/nest/testing';
import { until } from '@minos/common/testing';
import { OrderModule } from '../../apps/order/src/order.module.js';
import { CaptureMoneyHandler } from '../../apps/payment/src/commands/capture-money.handler.js';
import { HoldMoneyHandler } from '../../apps/payment/src/commands/hold-money.handler.js';
import { type PlacedOrder, Shop } from './checkout-kit.js';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.begin(1_000_000));
afterEach(() => shop.end());
afterAll(() => shop.close());

const post = (headers: Record<string, string>, body = shop.order()) => shop.http.post<PlacedOrder>('/orders', body, headers);

describe('an order, placed by a client that prefers to wait', () => {
  it('is answered once it has ended, with its end', async () => {
    const answer = await post({ prefer: 'wait=20' });
    expect(answer).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    expect(answer.headers.get('location')).toBe(`/orders/${answer.body.orderId}`);
    expect(parseConsistencyToken(answer.headers.get(CONSISTENCY_HEADER) ?? '')).toMatchObject({ version: 3 });
    expect((await shop.stock()).body).toMatchObject({ reserved: 0, sold: 1 });
  });

  it('is answered with the reason where it is rejected', async () => {
    const answer = await post({ prefer: 'wait=20' }, shop.order(1_000));
    expect(answer).toMatchObject({ status: 201, body: { status: 'rejected', reason: 'stock.insufficient' } });
  });

  it('is answered with how far it is when the time is over', async () => {
    shop.gate(HoldMoneyHandler);
    const answer = await post({ prefer: 'wait=1' });
    expect(answer.status).toBe(202);
    expect(['placed', 'reserving', 'paying']).toContain(answer.body.status);
    expect(answer.headers.get('location')).toBe(`/orders/${answer.body.orderId}`);
  });

  it('is answered confirmed when the time is over while the money is taken', async () => {
    const gate = shop.gate(CaptureMoneyHandler);
    const [key, body] = [{ 'idempotency-key': randomUUID() }, shop.order()];
    await post(key, body);
    // Only then the time begins: it would be over before on a machine that is busy.
    await gate.reached();
    expect(await post({ ...key, prefer: 'wait=1' }, body)).toMatchObject({ status: 201, body: { status: 'confirmed' } });
  });

  it('is answered at once where the preference can not be understood', async () => {
    shop.gate(HoldMoneyHandler);
    const answer = await post({ prefer: 'wait=for-ever' });
    expect(answer).toMatchObject({ status: 202, body: { status: 'placed' } });
    expect(answer.headers.get('preference-applied')).toBeNull();
  });

  it('is one order for one key: a repetition waits for the same end, or gets what was kept', async () => {
    const gate = shop.gate(HoldMoneyHandler);
    const [key, body] = [{ 'idempotency-key': randomUUID() }, shop.order()];
    const first = post({ ...key, prefer: 'wait=20' }, body);
    await gate.reached();
    // The key is not held by who waits.
    const second = await post(key, body);
    expect(second).toMatchObject({ status: 202, body: { status: 'placed' } });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const third = post({ ...key, prefer: 'wait=20' }, body);
    gate.open();
    const [one, other] = await Promise.all([first, third]);
    expect(one).toMatchObject({ status: 201, body: { orderId: second.body.orderId, status: 'confirmed' } });
    expect(other).toMatchObject({ status: 201, body: one.body });
    expect(other.headers.get('idempotency-replayed')).toBe('true');
    expect(await post({ ...key, prefer: 'wait=20' }, shop.order(2))).toMatchObject({ status: 422 });
    expect((await shop.stock()).body).toMatchObject({ sold: 1 });
  });

  it('leaves no one behind when the client goes away, or the order can not be placed', async () => {
    shop.gate(HoldMoneyHandler);
    const orderId = randomUUID();
    const gone = new AbortController();
    const request = { method: 'POST', headers: { 'content-type': 'application/json', prefer: 'wait=30' }, signal: gone.signal };
    const asked = fetch(`${shop.http.url}/orders`, { ...request, body: JSON.stringify({ orderId, ...shop.order() }) });
    const refused = expect(asked).rejects.toThrow();
    await shop.reached(orderId, ({ status }) => status !== undefined && status !== 'placed');
    await pause(50);
    gone.abort();
    await refused;
    expect(await post({ prefer: 'wait=30' }, { orderId, ...shop.order() })).toMatchObject({ status: 409 });
  });
});

it('a service that ends does not let its clients wait', async () => {
  const alone = await createTestingApp(OrderModule);
  try {
    const body = { accountId: randomUUID(), lines: [{ sku: 'mug', quantity: 1 }] };
    const answer = alone.http.post<PlacedOrder>('/orders', body, { prefer: 'wait=30' });
    await until(async () => (await alone.feed.read(alone.feed.beginning)).events.length > 0, 'the order to be placed');
    await alone.close();
    expect(await answer).toMatchObject({ status: 202 });
  } finally {
    await alone.close();
  }
});
