import { Event } from '@minos/common';

@Event('product.created', { version: 1 })
export class ProductCreated {
  constructor(
    readonly sku: string,
    readonly title: string,
    /** Of one piece, in cents. */
    readonly price: number,
    readonly onHand: number,
  ) {}
}
