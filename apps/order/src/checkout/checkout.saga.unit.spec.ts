import { decodeMessage } from '@minos/common';
import { OrderPlaced } from '../domain/order.events.js';
import { Checkout } from './checkout.saga.js';

const [start] = new Checkout().plan.starts;
const lines = [{ sku: 'mug', quantity: 2 }];

it('begins with each order that is placed', () => {
  const state = start?.init(new OrderPlaced('o-1', 'a-1', lines) as never);
  expect(state).toEqual({ orderId: 'o-1', accountId: 'a-1', lines, total: null });
});

it('leaves orders alone that were placed before there was a checkout', () => {
  const old = decodeMessage(OrderPlaced as never, { orderId: 'o-1', accountId: 'a-1', lines });
  expect(start?.init(old as never)).toBeUndefined();
});
