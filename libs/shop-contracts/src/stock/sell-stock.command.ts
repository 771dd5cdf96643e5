import { Command } from '@minos/common';

/** The pieces that are held for an order leave the house. */
@Command('stock.sell', { owner: 'product', key: 'orderId', senders: ['order'] })
export class SellStock extends Command<void, 'reservation.unknown' | 'reservation.released'> {
  constructor(readonly orderId: string) {
    super();
  }
}
