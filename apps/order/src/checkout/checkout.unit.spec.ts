import { sagaStory } from '@minos/saga/testing';
import { HoldMoney, ReserveStock, type StockReservation } from '@shop/contracts';
import { PriceOrder } from '../commands/price-order.command.js';
import { Checkout } from './checkout.saga.js';
import type { CheckoutState } from './checkout-state.js';

const LINES = [{ sku: 'mug', quantity: 2 }];
const STATE: CheckoutState = { orderId: 'o-1', accountId: 'a-1', lines: LINES, total: null };

it.each([undefined, null, '7', -1, 0.5, { toString: 1 }])('an order is not sold for a total of %j', async (total) => {
  const story = sagaStory(Checkout, { service: 'order' });
  await story.start(STATE);
  await story.expectCommand(new ReserveStock('o-1', LINES)).reply({ total, lines: [] } as unknown as StockReservation);
  await story.expectParked('reserve-stock', 'a whole number of cents');
});

it('an order may cost nothing, if that is said', async () => {
  const story = sagaStory(Checkout, { service: 'order' });
  await story.start(STATE);
  await story.expectCommand(new ReserveStock('o-1', LINES)).reply({ total: 0, lines: [] });
  await story.expectLocal(new PriceOrder('o-1', 0)).succeeds({ version: 2 });
});

it.each([1, 701, undefined, '700'])('an order of 700 is not confirmed where %j is held', async (held) => {
  const story = sagaStory(Checkout, { service: 'order' });
  await story.start(STATE);
  await story.expectCommand(new ReserveStock('o-1', LINES)).reply({ total: 700, lines: [] });
  await story.expectLocal(new PriceOrder('o-1', 700)).succeeds({ version: 2 });
  await story.expectCommand(new HoldMoney('o-1', 'a-1', 700)).reply({ held } as { held: number });
  await story.expectParked('hold-money', 'are to be paid');
});
