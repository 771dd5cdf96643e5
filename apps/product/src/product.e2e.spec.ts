import { randomUUID } from 'node:crypto';
import { type CommandResult } from '@minos/common';
import { until } from '@minos/common/testing';
import { CONSISTENCY_HEADER } from '@minos/nest';
import type { TestingApp } from '@minos/nest/testing';
import { CommandBus } from '@minos/cqrs';
import { ReleaseStock, ReserveStock, SellStock } from '@shop/contracts';
import { startServiceOn, SURROUNDINGS } from '../../../tools/testing/service-on.js';
import { ProductModule } from './product.module.js';

interface Problem {
  readonly status: number;
  readonly code?: string;
  readonly errors?: readonly { path: string; message: string }[];
}

interface Page {
  readonly items: readonly { sku: string; title: string; price: number; available: number }[];
  readonly next: string | null;
}

describe.each(SURROUNDINGS)('the product service on %s and %s', (...surroundings) => {
  let shop: TestingApp;

  beforeAll(async () => {
    shop = await startServiceOn(ProductModule, ...surroundings);
  });

  afterAll(() => shop.close());

  const aProduct = (more: object = {}): object => ({ sku: `mug-${randomUUID()}`, title: 'Mug', price: 500, onHand: 10, ...more });
  const create = async (more: object = {}): Promise<string> => {
    const { status, body } = await shop.http.post<{ sku: string }>('/products', aProduct(more));
    expect(status).toBe(201);
    return body.sku;
  };
  const execute = <C extends ReserveStock | ReleaseStock | SellStock>(command: C): Promise<CommandResult<C>> =>
    shop.get(CommandBus).execute<C, CommandResult<C>>(command);

  it('creates a product and shows it', async () => {
    const sku = `mug-${randomUUID()}`;
    const created = await shop.http.post('/products', aProduct({ sku }));
    expect(created).toMatchObject({ status: 201, body: { sku } });
    expect(created.headers.get('location')).toBe(`/products/${sku}`);
    expect(await shop.http.get(`/products/${sku}`)).toMatchObject({
      status: 200,
      body: { sku, title: 'Mug', price: 500, onHand: 10, reserved: 0, sold: 0, available: 10, version: 1 },
    });
  });

  it('takes a sku once', async () => {
    const sku = await create();
    expect(await shop.http.post('/products', aProduct({ sku }))).toMatchObject({ status: 409, body: { code: 'AGGREGATE_ALREADY_EXISTS' } });
  });

  it.each(['Mug, blue & red', 'a/b', '100%', 'Tasse ☕ 大', '...'])('takes the sku %j', async (text) => {
    const sku = `${text} ${randomUUID()}`;
    const created = await shop.http.post('/products', aProduct({ sku }));
    const location = created.headers.get('location') ?? '';
    expect(await shop.http.get(location)).toMatchObject({ status: 200, body: { sku } });
    expect(await shop.http.post(`${location}/stock`, { delta: 1 })).toMatchObject({ status: 200, body: { onHand: 11 } });
  });

  it('adjusts the stock as far as pieces are free', async () => {
    const sku = await create();
    expect(await shop.http.post(`/products/${sku}/stock`, { delta: 5 })).toMatchObject({
      status: 200,
      body: { sku, title: 'Mug', price: 500, onHand: 15, reserved: 0, sold: 0, available: 15, version: 2 },
    });
    await execute(new ReserveStock(randomUUID(), [{ sku, quantity: 12 }]));
    expect(await shop.http.post(`/products/${sku}/stock`, { delta: -4 })).toMatchObject({
      status: 409,
      body: { code: 'stock.insufficient' },
    });
    expect(await shop.http.post(`/products/${sku}/stock`, { delta: -3 })).toMatchObject({
      status: 200,
      body: { onHand: 12, available: 0 },
    });
    expect(await shop.http.post(`/products/${randomUUID()}/stock`, { delta: 1 })).toMatchObject({ status: 404 });
  });

  it('holds, gives back and sells the pieces of an order', async () => {
    const [mug, pen] = [await create(), await create({ price: 150 })];
    const [kept, dropped] = [randomUUID(), randomUUID()];
    const lines = [
      { sku: mug, quantity: 2 },
      { sku: pen, quantity: 1 },
    ];
    const answer = await execute(new ReserveStock(kept, lines));
    expect(answer).toEqual({
      total: 1150,
      lines: [
        { ...lines[0], price: 500 },
        { ...lines[1], price: 150 },
      ],
    });
    expect(await execute(new ReserveStock(kept, lines))).toEqual(answer);
    await execute(new ReserveStock(dropped, [{ sku: mug, quantity: 8 }]));
    await expect(
      execute(
        new ReserveStock(randomUUID(), [
          { sku: pen, quantity: 1 },
          { sku: mug, quantity: 1 },
        ]),
      ),
    ).rejects.toMatchObject({
      code: 'stock.insufficient',
      details: { sku: mug, available: 0, needed: 1 },
    });
    expect(await shop.http.get(`/products/${pen}`)).toMatchObject({ body: { reserved: 1, version: 2 } });
    await execute(new ReleaseStock(dropped));
    await execute(new SellStock(kept));
    expect(await shop.http.get(`/products/${mug}`)).toMatchObject({ body: { onHand: 8, reserved: 0, sold: 2, available: 8, version: 5 } });
    expect(await shop.http.get(`/products/${pen}`)).toMatchObject({ body: { onHand: 9, reserved: 0, sold: 1, available: 9, version: 3 } });
  });

  it('holds nothing for an order that was released before', async () => {
    const sku = await create();
    const orderId = randomUUID();
    await execute(new ReleaseStock(orderId));
    await expect(execute(new ReserveStock(orderId, [{ sku, quantity: 1 }]))).rejects.toMatchObject({ code: 'reservation.released' });
    expect(await shop.http.get(`/products/${sku}`)).toMatchObject({ body: { reserved: 0, version: 1 } });
  });

  it('lists the products page by page, as new as the token that a command gave', async () => {
    const prefix = `~${randomUUID()}`;
    const skus = ['a', 'B', 'b', 'ä', '😀'].map((letter) => `${prefix}-${letter}`);
    for (const sku of [...skus].reverse()) await create({ sku });
    const adjusted = await shop.http.post(`/products/${encodeURIComponent(skus[1] as string)}/stock`, { delta: 7 });
    const token = { [CONSISTENCY_HEADER]: adjusted.headers.get(CONSISTENCY_HEADER) ?? '' };
    const page = (after: string): Promise<{ body: Page }> =>
      shop.http.get<Page>(`/products?limit=2&after=${encodeURIComponent(after)}`, token);
    const found: string[] = [];
    for (let next: string | null = prefix; next !== null;) {
      const { body } = await page(next);
      found.push(...body.items.map(({ sku }) => sku));
      next = body.next;
    }
    // By code points, and nothing behind them: '~' is the last letter that any sku here begins with.
    expect(found).toEqual([skus[1], skus[0], skus[2], skus[3], skus[4]]);
    const { body } = await page(prefix);
    expect(body.items).toContainEqual({ sku: skus[1], title: 'Mug', price: 500, available: 17 });
  });

  it('lists what is available', async () => {
    const sku = await create();
    const orders = [randomUUID(), randomUUID()] as const;
    await execute(new ReserveStock(orders[0], [{ sku, quantity: 3 }]));
    await execute(new ReserveStock(orders[1], [{ sku, quantity: 4 }]));
    await execute(new SellStock(orders[0]));
    await execute(new ReleaseStock(orders[1]));
    await until(async () => {
      const { body } = await shop.http.get<Page>(`/products?limit=200`);
      return body.items.find((item) => item.sku === sku)?.available === 7;
    }, 'seven available pieces in the list');
  });

  it('answers 503 where the list does not become as new as it was asked for', async () => {
    const sku = await create();
    const token = Buffer.from(JSON.stringify(['product', `product-${sku}`, 9])).toString('base64url');
    const late = await shop.http.get('/products', { [CONSISTENCY_HEADER]: token });
    expect(late).toMatchObject({ status: 503, body: { code: 'NOT_YET_CONSISTENT' } });
    expect(late.headers.get('retry-after')).toBe('1');
    expect(await shop.http.get('/products', { [CONSISTENCY_HEADER]: 'nonsense' })).toMatchObject({ status: 400 });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'after=%00', 'after=a&after=b'])('refuses ?%s', async (query) => {
    const { status, body } = await shop.http.get<Problem>(`/products?${query}`);
    expect(status).toBe(400);
    expect(body.errors?.map(({ path }) => path)).toEqual([query.split('=')[0]]);
  });

  it.each(['/products/%00', '/products/nope', '/products/a%0Ab'])('answers 404 for %s', async (path) => {
    const { status, headers, body } = await shop.http.get<Problem>(path);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404 });
  });

  it('names every wrong field', async () => {
    const { status, body } = await shop.http.post<Problem>('/products', { sku: 'a\nb', title: '', price: -1, onHand: 1.5, extra: 1 });
    expect(status).toBe(400);
    expect(body.errors?.map(({ path }) => path).sort()).toEqual(['extra', 'onHand', 'price', 'sku', 'title']);
    const adjusted = await shop.http.post<Problem>(`/products/${await create()}/stock`, { delta: '5' });
    expect(adjusted).toMatchObject({ status: 400, body: { errors: [{ path: 'delta' }] } });
  });

  it('answers a repeated key with the first answer, and keeps rejections', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const body = aProduct();
    const [first, second] = [await shop.http.post('/products', body, key), await shop.http.post('/products', body, key)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await shop.http.post('/products', aProduct(), key)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });

    const sku = await create();
    for (const [delta, status, onHand] of [
      [5, 200, 15],
      [-20, 409, undefined],
    ] as const) {
      const again = { 'idempotency-key': randomUUID() };
      for (let time = 0; time < 2; time++) {
        const answer = await shop.http.post<{ onHand?: number }>(`/products/${sku}/stock`, { delta }, again);
        expect([answer.status, answer.body.onHand]).toEqual([status, onHand]);
      }
    }
    expect(await shop.http.get(`/products/${sku}`)).toMatchObject({ body: { onHand: 15, version: 2 } });
  });

  it('answers as new as the token that a command gave', async () => {
    const created = await shop.http.post<{ sku: string }>('/products', aProduct());
    const token = { [CONSISTENCY_HEADER]: created.headers.get(CONSISTENCY_HEADER) ?? '' };
    expect((await shop.http.get(`/products/${created.body.sku}`, token)).status).toBe(200);
  });

  it('is healthy and has figures', async () => {
    for (const probe of ['live', 'ready', 'startup'])
      expect(await shop.http.get(`/health/${probe}`)).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { body } = await shop.http.get<string>('/metrics');
    expect(body).toMatch(/minos_command_duration_seconds_count\{command="product.create",outcome="ok"\} \d+/);
  });
});
