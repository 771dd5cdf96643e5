import { Command } from '@minos/common';

@Command('product.create', { owner: 'product', key: 'sku', senders: [] })
export class CreateProduct extends Command<{ version: number }> {
  constructor(
    readonly sku: string,
    readonly title: string,
    readonly price: number,
    readonly onHand: number,
  ) {
    super();
  }
}
