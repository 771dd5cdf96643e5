import { Command } from '@minos/common';
import type { StockLine, StockReservation } from './stock-reservation.js';

// #region command
/**
 * Holds the pieces of all lines for an order and fixes their prices, or holds nothing. 1 to 100 lines, quantity 1 to 1000; a product may be in several.
 * Once something is held for the order, the command is answered with that, whatever its lines; after `stock.release` it is refused.
 */
@Command('stock.reserve', { owner: 'product', key: 'orderId', senders: ['order'] })
export class ReserveStock extends Command<
  StockReservation,
  'stock.insufficient' | 'product.unknown' | 'reservation.released' | 'reservation.invalid'
> {
  constructor(
    readonly orderId: string,
    readonly lines: readonly StockLine[],
  ) {
    super();
  }
}
// #endregion
