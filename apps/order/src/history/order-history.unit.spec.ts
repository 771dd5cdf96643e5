import { testProjection } from '@minos/cqrs/testing';
import { Order } from '../domain/order.aggregate.js';
import { OrderCancelled, OrderConfirmed, OrderPlaced, OrderPriced, OrderRejected } from '../domain/order.events.js';
import { OrderHistory } from './order-history.projection.js';
import { OrderRow } from './order-row.js';

const LINES = [{ sku: 'mug', quantity: 2 }];
const history = testProjection(OrderHistory).by({ principal: { subject: 'ada' } });
const placed = history.at('2026-03-01T12:00:00Z').given(Order, '1', new OrderPlaced('1', 'a-1', LINES));
const row: OrderRow = {
  orderId: '1',
  owner: 'ada',
  accountId: 'a-1',
  status: 'placed',
  reason: null,
  total: null,
  lines: LINES,
  placedAt: '2026-03-01T12:00:00.000Z',
  version: 1,
};

describe('the history of orders', () => {
  it('shows an order as it was placed, and who placed it', () => placed.thenRows(OrderRow, [row]));

  it('shows what became of it', async () => {
    const then = (event: object) => placed.given(Order, '1', event);
    await then(new OrderPriced('1', 700)).thenRow(OrderRow, '1', { ...row, status: 'paying', total: 700, version: 2 });
    await then(new OrderConfirmed('1', 700)).thenRow(OrderRow, '1', { ...row, status: 'confirmed', total: 700, version: 2 });
    await then(new OrderRejected('1', 'sold out')).thenRow(OrderRow, '1', { ...row, status: 'rejected', reason: 'sold out', version: 2 });
    await then(new OrderCancelled('1')).thenRow(OrderRow, '1', { ...row, status: 'cancelled', version: 2 });
  });
});
