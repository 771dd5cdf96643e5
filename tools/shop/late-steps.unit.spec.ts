import { randomUUID } from 'node:crypto';
import { until } from '@minos/common/testing';
import { HoldMoney, ReleaseMoney, ReleaseStock, ReserveStock } from '@shop/contracts';
import { HoldMoneyHandler } from '../../apps/payment/src/commands/hold-money.handler.js';
import { ReserveStockHandler } from '../../apps/product/src/commands/reserve-stock.handler.js';
import { PRICE, type ReadOrder, Shop } from './checkout-kit.js';

/* Steps that happen after they were given up, or are asked for after they were undone: each a hundred times. */

jest.setTimeout(600_000);

const TIMES = 100;
const BALANCE = TIMES * PRICE;
/** What is not to be given up; a hundred at a time take theirs. */
const LONG_MS = 600_000;

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
beforeEach(() => shop.begin(BALANCE, TIMES));
afterEach(() => shop.end());
afterAll(() => shop.close());

const times = <T>(one: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: TIMES }, one));
const each = (ids: readonly string[], one: (id: string) => Promise<ReadOrder>): Promise<ReadOrder[]> => Promise.all(ids.map(one));
const isGivenUp = ({ saga }: ReadOrder): boolean => saga?.status === 'compensating';

async function expectNothingLeft(): Promise<void> {
  expect((await shop.stock()).body).toMatchObject({ onHand: TIMES, reserved: 0, sold: 0 });
  expect((await shop.account()).body).toMatchObject({ balance: BALANCE, held: 0, captured: 0 });
}

it.each([
  ['payment', 'hold-money', HoldMoneyHandler, 'payment.unavailable'],
  ['stock', 'reserve-stock', ReserveStockHandler, 'stock.unavailable'],
] as const)('the %s, silent until its step was given up, leaves nothing behind', async (_who, step, handler, reason) => {
  shop.waitFor('reserve-stock', LONG_MS);
  shop.waitFor(step, 300);
  const gate = shop.gate(handler);
  const ids = await times(() => shop.place());
  await each(ids, (id) => shop.reached(id, isGivenUp));
  gate.open();
  for (const order of await each(ids, (id) => shop.ended(id))) expect(order).toMatchObject({ status: 'rejected', reason });
  await expectNothingLeft();
});

it('an undoing that comes before its step keeps the step from happening', async () => {
  const { sku, accountId } = shop;
  await times(async () => {
    const orderId = randomUUID();
    await shop.command('product', new ReleaseStock(orderId));
    await shop.command('payment', new ReleaseMoney(orderId, accountId));
    const reserve = shop.command('product', new ReserveStock(orderId, [{ sku, quantity: 1 }]));
    await expect(reserve).rejects.toMatchObject({ code: 'reservation.released' });
    await expect(shop.command('payment', new HoldMoney(orderId, accountId, PRICE))).rejects.toMatchObject({ code: 'payment.declined' });
  });
  await expectNothingLeft();
});

it('a step that is parked, and drained once its checkout was given up, leaves nothing behind', async () => {
  shop.waitFor('reserve-stock', LONG_MS);
  shop.waitFor('hold-money', 300);
  const { mend } = shop.break(HoldMoneyHandler);
  const ids = await times(() => shop.place());
  await each(ids, (id) => shop.reached(id, isGivenUp));
  const parked = shop.parked('payment');
  // Of each order the step, and behind it what is to undo it: once more for each time it was not answered in time.
  await until(async () => (await parked.totals()).messages >= 2 * TIMES, 'both messages of every order to be parked', 300_000);
  mend();
  await parked.retry({}, { by: 'ann' });
  for (const order of await each(ids, (id) => shop.ended(id)))
    expect(order).toMatchObject({ status: 'rejected', reason: 'payment.unavailable' });
  expect(await parked.totals()).toMatchObject({ messages: 0 });
  await expectNothingLeft();
});
