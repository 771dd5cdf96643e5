import { testAggregate } from '@minos/event-sourcing/testing';
import { Order } from './order.aggregate.js';
import { OrderCancelled, OrderConfirmed, OrderPlaced, OrderPriced, OrderRejected } from './order.events.js';

const placed = testAggregate(Order, { id: 'o-1' }).given(new OrderPlaced('o-1', 'a-1', [{ sku: 'mug', quantity: 2 }]));
const priced = placed.given(new OrderPriced('o-1', 700));
const confirmed = priced.given(new OrderConfirmed('o-1', 700));
const rejected = priced.given(new OrderRejected('o-1', 'payment.declined'));
const cancelled = priced.given(new OrderCancelled('o-1'));

describe('an order', () => {
  it('is priced once, then paid', () => {
    placed.when((order) => order.price(700)).then(new OrderPriced('o-1', 700));
    priced.when((order) => order.price(900)).thenNothing();
    priced
      .when((order) => order.state())
      .thenReturned({ status: 'paying', total: 700, accountId: 'a-1', lines: [{ sku: 'mug', quantity: 2 }] });
    for (const ended of [confirmed, rejected, cancelled]) ended.when((order) => order.price(700)).thenRejected('order.too-late');
  });

  it('is confirmed at its price, once, and not without one', () => {
    placed.when((order) => order.confirm()).thenRejected('order.unpriced');
    priced.when((order) => order.confirm()).then(new OrderConfirmed('o-1', 700));
    confirmed.when((order) => order.confirm()).thenNothing();
    for (const ended of [rejected, cancelled]) ended.when((order) => order.confirm()).thenRejected('order.too-late');
  });

  it('is cancelled until it is confirmed or rejected', () => {
    placed.when((order) => order.cancel()).then(new OrderCancelled('o-1'));
    priced.when((order) => order.cancel()).then(new OrderCancelled('o-1'));
    cancelled.when((order) => order.cancel()).thenNothing();
    for (const ended of [confirmed, rejected]) ended.when((order) => order.cancel()).thenRejected('order.too-late');
  });

  it('is rejected once, and stays cancelled', () => {
    priced.when((order) => order.reject('payment.declined')).then(new OrderRejected('o-1', 'payment.declined'));
    for (const ended of [rejected, cancelled]) ended.when((order) => order.reject('payment.declined')).thenNothing();
    confirmed.when((order) => order.reject('payment.declined')).thenRejected('order.too-late');
  });
});
