import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@minos/common/testing';
import { ReserveStockHandler } from '../../apps/product/src/commands/reserve-stock.handler.js';
import { CaptureMoneyHandler } from '../../apps/payment/src/commands/capture-money.handler.js';
import { HoldMoneyHandler } from '../../apps/payment/src/commands/hold-money.handler.js';
import { ReleaseMoneyHandler } from '../../apps/payment/src/commands/release-money.handler.js';
import { ConfirmOrderHandler } from '../../apps/order/src/commands/confirm-order.handler.js';
import { PriceOrderHandler } from '../../apps/order/src/commands/price-order.handler.js';
import { PIECES, PRICE, Shop } from './checkout-kit.js';

const BALANCE = 100 * PRICE;

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.begin(BALANCE));
afterEach(() => shop.end());
afterAll(() => shop.close());

/** `sold` pieces have left and are paid for; nothing is reserved or held. */
async function expectSettled(sold: number): Promise<void> {
  expect((await shop.stock()).body).toMatchObject({ onHand: PIECES - sold, reserved: 0, sold });
  expect((await shop.account()).body).toMatchObject({ balance: BALANCE - sold * PRICE, held: 0, captured: sold * PRICE });
}

describe('the checkout', () => {
  it('reserves, holds, confirms, sells and captures', async () => {
    const id = await shop.place(3);
    expect(await shop.ended(id)).toMatchObject({ status: 'confirmed', total: 3 * PRICE, version: 3, saga: { status: 'completed' } });
    expect(await shop.events(id)).toEqual(['order.placed', 'order.priced', 'order.confirmed']);
    await expectSettled(3);
  });

  it.each([
    { what: 'more than there is', quantity: PIECES + 1, more: {}, reason: 'stock.insufficient', total: null },
    { what: 'what there is not', quantity: 1, more: { sku: 'tea' }, reason: 'product.unknown', total: null },
    { what: 'what the account can not pay', quantity: 2, more: { accountId: randomUUID() }, reason: 'payment.declined', total: 2 * PRICE },
  ])('rejects an order for $what, with its reason, and gives all back', async ({ quantity, more, reason, total }) => {
    const id = await shop.place(quantity, more);
    expect(await shop.ended(id)).toMatchObject({ status: 'rejected', reason, total, saga: { status: 'compensated' } });
    expect((await shop.events(id)).at(-1)).toBe('order.rejected');
    await expectSettled(0);
  });

  it.each([
    ['the price is fixed', PriceOrderHandler],
    ['the pieces are reserved', ReserveStockHandler],
    ['the money is held', HoldMoneyHandler],
    ['it is confirmed', ConfirmOrderHandler],
  ] as const)('gives all back where the order is cancelled before %s', async (_what, handler) => {
    const gate = shop.gate(handler);
    const id = await shop.place(2);
    await gate.reached();
    expect(await shop.cancel(id)).toMatchObject({ status: 202, body: { status: 'cancelled' } });
    expect(await shop.read(id)).toMatchObject({ status: 'cancelled' });
    gate.open();
    expect(await shop.ended(id)).toMatchObject({ status: 'cancelled', saga: { status: 'compensated' } });
    expect((await shop.events(id)).at(-1)).toBe('order.cancelled');
    await expectSettled(0);
  });

  it('asks nobody for the money of an order that was cancelled before its price was fixed', async () => {
    const [gate, money] = [shop.gate(ReserveStockHandler), shop.gate(HoldMoneyHandler)];
    const id = await shop.place();
    await gate.reached();
    await shop.cancel(id);
    gate.open();
    await shop.ended(id);
    expect(money.arrived).toBe(0);
  });

  it('is cancelled too late once the order is confirmed, though nothing is sold or paid yet', async () => {
    const gate = shop.gate(CaptureMoneyHandler);
    const id = await shop.place();
    await gate.reached();
    expect(await shop.cancel(id)).toMatchObject({ status: 409, body: { code: 'order.too-late' } });
    gate.open();
    expect(await shop.ended(id)).toMatchObject({ status: 'confirmed' });
    await expectSettled(1);
  });

  it('stays cancelled where the money was declined meanwhile', async () => {
    const gate = shop.gate(HoldMoneyHandler);
    const id = await shop.place(1, { accountId: randomUUID() });
    await gate.reached();
    await shop.cancel(id);
    gate.open();
    const order = await shop.ended(id);
    expect(order).toMatchObject({ status: 'cancelled' });
    expect(order.reason).toBeUndefined();
    await expectSettled(0);
  });

  it('ends confirmed or cancelled, never both, wherever a cancellation meets it', async () => {
    const one = async (at: number): Promise<boolean> => {
      const id = await shop.place();
      await pause(at * 3);
      const { status } = await shop.cancel(id);
      const order = await shop.ended(id);
      expect(order.status).toBe(status === 202 ? 'cancelled' : 'confirmed');
      const ends = (await shop.events(id)).filter((type) => ['order.confirmed', 'order.cancelled', 'order.rejected'].includes(type));
      expect(ends).toEqual([`order.${order.status}`]);
      return order.status === 'confirmed';
    };
    const sold = (await Promise.all(Array.from({ length: PIECES }, (_, at) => one(at)))).filter(Boolean).length;
    await expectSettled(sold);
  });
});

describe('a participant that is silent', () => {
  it('payment: the order is rejected, and a hold that is made late is released', async () => {
    shop.waitFor('hold-money', 200);
    const gate = shop.gate(HoldMoneyHandler);
    const id = await shop.place(2);
    const back = await shop.reached(id, ({ saga }) => saga?.status === 'compensating');
    expect(back).toMatchObject({ status: 'paying', total: 2 * PRICE });
    expect(back.saga).toMatchObject({ step: 'hold-money', waitingFor: 'the answer to payment.release' });
    expect(back.saga?.reason).toContain('not answered within 200 ms');
    gate.open();
    expect(await shop.ended(id)).toMatchObject({ status: 'rejected', reason: 'payment.unavailable' });
    expect(await shop.journal(id)).toContain('late hold-money');
    await expectSettled(0);
  });

  it('stock: the order is rejected, and a reservation that is made late is released', async () => {
    shop.waitFor('reserve-stock', 200);
    const gate = shop.gate(ReserveStockHandler);
    const id = await shop.place(2);
    await shop.reached(id, ({ saga }) => saga?.status === 'compensating');
    gate.open();
    expect(await shop.ended(id)).toMatchObject({ status: 'rejected', reason: 'stock.unavailable', total: null });
    await expectSettled(0);
  });

  it('payment, behind the pivot: the order stays confirmed, and is asked for again until it is paid', async () => {
    shop.waitFor('capture-money', 200);
    const gate = shop.gate(CaptureMoneyHandler);
    const id = await shop.place();
    await gate.reached();
    expect(await shop.read(id)).toMatchObject({ status: 'confirmed', saga: { status: 'running', step: 'capture-money' } });
    await until(async () => (await shop.journal(id)).includes('retried capture-money'), 'a second try', 15_000);
    gate.open();
    expect(await shop.ended(id)).toMatchObject({ status: 'confirmed', saga: { status: 'completed' } });
    await expectSettled(1);
  });
});

describe('what an order shows', () => {
  it('is where its checkout is, and what that waits for', async () => {
    const [reserve, hold, release] = [shop.gate(ReserveStockHandler), shop.gate(HoldMoneyHandler), shop.gate(ReleaseMoneyHandler)];
    const id = await shop.place();
    await reserve.reached();
    expect(await shop.read(id)).toMatchObject({
      status: 'reserving',
      total: null,
      saga: { status: 'running', step: 'reserve-stock', waitingFor: 'the answer to stock.reserve' },
    });
    reserve.open();
    await hold.reached();
    expect(await shop.read(id)).toMatchObject({ status: 'paying', total: PRICE, saga: { status: 'running', step: 'hold-money' } });
    await shop.cancel(id);
    hold.open();
    await release.reached();
    const { saga } = await shop.read(id);
    expect(saga).toMatchObject({ status: 'compensating', step: 'hold-money', waitingFor: 'the answer to payment.release' });
    expect(saga?.reason).toContain('order.too-late');
    release.open();
    await shop.ended(id);
  });

  it('is nothing of a checkout for another order', async () => {
    const { body } = await shop.http.get<{ status: number }>(`/orders/${randomUUID()}`);
    expect(body.status).toBe(404);
  });
});
