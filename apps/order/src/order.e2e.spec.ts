import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { CONSISTENCY_HEADER } from '@minos/nest';
import type { TestingApp } from '@minos/nest/testing';
import { CommandBus } from '@minos/cqrs';
import { startServiceOn, SURROUNDINGS } from '../../../tools/testing/service-on.js';
import { ConfirmOrder } from './commands/confirm-order.command.js';
import { PriceOrder } from './commands/price-order.command.js';
import { RejectOrder } from './commands/reject-order.command.js';
import { OrderModule } from './order.module.js';

const accountId = '0190c8a0-0000-7000-8000-000000000001';
const anOrder = (more: object = {}): object => ({ accountId, lines: [{ sku: 'mug', quantity: 2 }], ...more });

interface Problem {
  readonly status: number;
  readonly code?: string;
  readonly detail: string;
  readonly errors?: readonly { path: string; message: string }[];
}

describe.each(SURROUNDINGS)('the order service on %s and %s', (...surroundings) => {
  let shop: TestingApp;

  beforeAll(async () => {
    shop = await startServiceOn(OrderModule, ...surroundings);
  });

  afterAll(() => shop.close());

  const place = async (more: object = {}): Promise<string> => {
    const { status, body } = await shop.http.post<{ orderId: string }>('/orders', anOrder(more));
    expect(status).toBe(202);
    return body.orderId;
  };

  const confirm = async (orderId: string, total: number): Promise<void> => {
    await shop.get(CommandBus).execute(new PriceOrder(orderId, total));
    await shop.get(CommandBus).execute(new ConfirmOrder(orderId));
  };

  it('places an order and reads it back', async () => {
    const placed = await shop.http.post<{ orderId: string; status: string }>('/orders', anOrder());
    const { orderId } = placed.body;
    expect(placed).toMatchObject({ status: 202, body: { status: 'placed' } });
    expect(placed.headers.get('location')).toBe(`/orders/${orderId}`);
    const read = await shop.http.get(`/orders/${orderId}`);
    expect(read).toMatchObject({
      status: 200,
      body: { orderId, total: null, version: 1, lines: [{ sku: 'mug', quantity: 2 }] },
    });
  });

  it('shows the checkout once it has begun, and what that waits for', async () => {
    const id = await place();
    const begun = async () => {
      const { body } = await shop.http.get<{ saga?: object }>(`/orders/${id}`);
      return body.saga && body;
    };
    expect(await until(begun, 'the checkout to begin')).toMatchObject({
      status: 'reserving',
      saga: { status: 'running', step: 'reserve-stock', waitingFor: 'the answer to stock.reserve' },
    });
  });

  it('waits for the end as long as the client prefers, on every adapter', async () => {
    const answer = await shop.http.post<{ orderId: string }>('/orders', anOrder(), { prefer: 'wait=1' });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('preference-applied')).toBe('wait=1');
    expect(answer.headers.get('location')).toBe(`/orders/${answer.body.orderId}`);
  });

  it('refuses to confirm an order that has no price', async () => {
    const id = await place();
    await expect(shop.get(CommandBus).execute(new ConfirmOrder(id))).rejects.toMatchObject({ code: 'order.unpriced' });
  });

  it('tells what happened, in the order of versions', async () => {
    const id = await place();
    await shop.http.post(`/orders/${id}/cancel`);
    const { body } = await shop.http.get<{ events: { type: string; version: number; at: string }[] }>(`/orders/${id}/events`);
    expect(body.events.map(({ type, version }) => [type, version])).toEqual([
      ['order.placed', 1],
      ['order.cancelled', 2],
    ]);
    expect(new Date(body.events[0]?.at ?? '').getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  interface Listed {
    readonly items: readonly { readonly orderId: string; readonly status: string }[];
    readonly next: string | null;
  }

  it('lists orders, newest first, at least as new as an answer to a command', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.push(await place());
    const cancelled = await shop.http.post(`/orders/${ids[1]}/cancel`);
    const token = cancelled.headers.get(CONSISTENCY_HEADER) ?? '';
    // A machine that is busy may need longer than the service waits; then it says so, and is asked again.
    const first = await until(
      async () => {
        const answer = await shop.http.get<Listed>('/orders?limit=2', { [CONSISTENCY_HEADER]: token });
        return answer.status === 503 ? undefined : answer;
      },
      'the list',
      20_000,
    );
    expect(first.status).toBe(200);
    expect(first.body.items.map(({ orderId, status }) => [orderId, status])).toEqual([
      [ids[2], 'placed'],
      [ids[1], 'cancelled'],
    ]);
    const second = await shop.http.get<Listed>(`/orders?limit=1&after=${encodeURIComponent(first.body.next ?? '')}`);
    expect(second.body.items).toMatchObject([{ orderId: ids[0], status: 'placed', total: null, lines: [{ sku: 'mug', quantity: 2 }] }]);
  });

  it('refuses a page that cannot be meant', async () => {
    expect(await shop.http.get('/orders?limit=0')).toMatchObject({ status: 400, body: { errors: [{ path: 'limit' }] } });
    expect(await shop.http.get('/orders?after=nonsense')).toMatchObject({ status: 400, body: { code: 'VIEW_QUERY_INVALID' } });
    expect((await shop.http.get('/orders?limit=2', { [CONSISTENCY_HEADER]: 'nonsense' })).status).toBe(400);
  });

  it("takes the client's id, once", async () => {
    const orderId = randomUUID();
    expect(await place({ orderId })).toBe(orderId);
    const second = await shop.http.post<Problem>('/orders', anOrder({ orderId }));
    expect(second).toMatchObject({ status: 409, body: { code: 'AGGREGATE_ALREADY_EXISTS' } });
    expect(second.headers.get('location')).toBeNull();
  });

  it('cancels until it is too late', async () => {
    const open = await place();
    expect((await shop.http.post(`/orders/${open}/cancel`)).status).toBe(202);
    expect((await shop.http.post(`/orders/${open}/cancel`)).status).toBe(202);
    const confirmed = await place();
    await confirm(confirmed, 500);
    expect(await shop.http.post(`/orders/${confirmed}/cancel`)).toMatchObject({ status: 409, body: { code: 'order.too-late' } });
    expect(await shop.http.get(`/orders/${confirmed}`)).toMatchObject({ body: { status: 'confirmed', total: 500, version: 3 } });
  });

  it('shows why an order was rejected', async () => {
    const id = await place();
    await shop.get(CommandBus).execute(new RejectOrder(id, 'stock.insufficient'));
    expect(await shop.http.get(`/orders/${id}`)).toMatchObject({ body: { status: 'rejected', reason: 'stock.insufficient' } });
  });

  it.each(['/orders/%00', '/orders/nope', `/orders/${randomUUID()}`, `/orders/${randomUUID()}/events`])(
    'answers 404 for %s',
    async (path) => {
      const { status, headers, body } = await shop.http.get<Problem>(path);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(body).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404 });
    },
  );

  it('names every wrong field', async () => {
    const { status, body } = await shop.http.post<Problem>('/orders', {
      orderId: 'x',
      lines: [{ sku: '', quantity: 0 }, { sku: 'mug', quantity: 1.5, gift: true }, 7],
      extra: 1,
    });
    expect(status).toBe(400);
    expect(body.errors?.map(({ path }) => path).sort()).toEqual([
      'accountId',
      'extra',
      'lines[0].quantity',
      'lines[0].sku',
      'lines[1].gift',
      'lines[1].quantity',
      'lines[2]',
      'orderId',
    ]);
  });

  it.each([
    ['no lines', { lines: [] }],
    ['101 lines', { lines: Array.from({ length: 101 }, () => ({ sku: 'a', quantity: 1 })) }],
    ['lines that are no list', { lines: 'mug' }],
  ])('refuses %s', async (_what, more) => {
    const { status, body } = await shop.http.post<Problem>('/orders', anOrder(more));
    expect(status).toBe(400);
    expect(body.errors?.map(({ path }) => path)).toEqual(['lines']);
  });

  it('answers a repeated key with the first answer', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await shop.http.post<{ orderId: string }>('/orders', anOrder(), key);
    const second = await shop.http.post<{ orderId: string }>('/orders', anOrder(), key);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.headers.get(CONSISTENCY_HEADER)).toBe(first.headers.get(CONSISTENCY_HEADER));
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it('refuses a key with another body, and keys that are none', async () => {
    const key = { 'idempotency-key': randomUUID() };
    await shop.http.post('/orders', anOrder(), key);
    const other = await shop.http.post<Problem>('/orders', anOrder({ lines: [{ sku: 'pen', quantity: 1 }] }), key);
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    const tooLong = await shop.http.post<Problem>('/orders', anOrder(), { 'idempotency-key': 'k'.repeat(256) });
    expect(tooLong).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_KEY_INVALID' } });
  });

  it('keeps rejections with their key', async () => {
    const id = await place();
    await confirm(id, 1);
    const key = { 'idempotency-key': randomUUID() };
    const first = await shop.http.post<Problem>(`/orders/${id}/cancel`, undefined, key);
    const second = await shop.http.post<Problem>(`/orders/${id}/cancel`, undefined, key);
    expect([first.status, second.status]).toEqual([409, 409]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('content-type')).toContain('application/problem+json');
  });

  it('handles one key once, however many requests bring it at once', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.http.post<{ orderId: string }>('/orders', anOrder(), key)));
    const ids = new Set(answers.filter(({ status }) => status === 202).map(({ body }) => body.orderId));
    expect(ids.size).toBe(1);
    for (const { status, headers } of answers.filter((answer) => answer.status !== 202)) {
      expect(status).toBe(409);
      expect(headers.get('retry-after')).toBe('1');
    }
  });

  it('answers as new as the token that a command gave', async () => {
    const placed = await shop.http.post<{ orderId: string }>('/orders', anOrder());
    const token = placed.headers.get(CONSISTENCY_HEADER) ?? '';
    expect((await shop.http.get(`/orders/${placed.body.orderId}`, { [CONSISTENCY_HEADER]: token })).status).toBe(200);
    expect(await shop.http.get(`/orders/${placed.body.orderId}`, { [CONSISTENCY_HEADER]: 'nonsense' })).toMatchObject({ status: 400 });
  });

  it('is healthy and has figures', async () => {
    for (const probe of ['live', 'ready', 'startup'])
      expect(await shop.http.get(`/health/${probe}`)).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { body } = await shop.http.get<string>('/metrics');
    expect(body).toContain('minos_feed_horizon_age_seconds');
    expect(body).toMatch(/minos_command_duration_seconds_count\{command="order.place",outcome="ok"\} \d+/);
  });

  it('keeps the caller and the request in the metadata of events', async () => {
    const correlation = { 'x-correlation-id': 'shopping-1', 'x-user-id': 'root' };
    const { body, headers } = await shop.http.post<{ orderId: string }>('/orders', anOrder(), correlation);
    expect(headers.get('x-correlation-id')).toBe('shopping-1');
    const [event] = await shop.events.read(`order-${body.orderId}` as never);
    expect(event?.metadata).toMatchObject({ correlationId: 'shopping-1', principal: { subject: 'dev' } });
  });
});
