import { Event } from '@minos/common';

export { ProductCreated } from '@shop/contracts';

@Event('stock.adjusted', { version: 1 })
export class StockAdjusted {
  constructor(
    readonly sku: string,
    readonly delta: number,
  ) {}
}

@Event('stock.reserved', { version: 1 })
export class StockReserved {
  constructor(
    readonly sku: string,
    readonly orderId: string,
    readonly quantity: number,
    /** Of one piece, in cents, as it was then. */
    readonly price: number,
  ) {}
}

@Event('stock.released', { version: 1 })
export class StockReleased {
  constructor(
    readonly sku: string,
    readonly orderId: string,
    readonly quantity: number,
  ) {}
}

@Event('stock.sold', { version: 1 })
export class StockSold {
  constructor(
    readonly sku: string,
    readonly orderId: string,
    readonly quantity: number,
  ) {}
}
