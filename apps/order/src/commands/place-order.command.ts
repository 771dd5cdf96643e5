import { Command } from '@minos/common';
import type { OrderLine } from '../domain/order-line.js';

@Command('order.place', { owner: 'order', senders: [] })
export class PlaceOrder extends Command<{ orderId: string; version: number }> {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    readonly lines: readonly OrderLine[],
  ) {
    super();
  }
}
