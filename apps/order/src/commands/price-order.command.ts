import { Command } from '@minos/common';

/** Fixes the total of an order, in cents. */
@Command('order.price')
export class PriceOrder extends Command<{ version: number }, 'order.too-late'> {
  constructor(
    readonly orderId: string,
    readonly total: number,
  ) {
    super();
  }
}
