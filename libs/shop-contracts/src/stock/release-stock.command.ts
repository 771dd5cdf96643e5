import { Command } from '@minos/common';

/** Gives back what is held for an order. Where nothing was held yet, nothing will be: a reservation that comes later is refused. */
@Command('stock.release', { owner: 'product', key: 'orderId', senders: ['order'] })
export class ReleaseStock extends Command<void, 'reservation.sold'> {
  constructor(readonly orderId: string) {
    super();
  }
}
