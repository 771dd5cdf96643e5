import { Command } from '@minos/common';
import type { ProductView } from '../queries/get-product.query.js';

@Command('stock.adjust', { owner: 'product', key: 'sku', senders: [] })
export class AdjustStock extends Command<ProductView, 'stock.insufficient'> {
  constructor(
    readonly sku: string,
    readonly delta: number,
  ) {
    super();
  }
}
