import { Event } from '@minos/common';
import type { OrderLine } from './order-line.js';

@Event('order.placed', { version: 1 })
export class OrderPlaced {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    readonly lines: readonly OrderLine[],
    /** Its checkout begins by itself. Missing in orders from before there was one: those stay as they were placed. */
    readonly checkout: true | undefined = true,
  ) {}
}

/** The pieces are reserved and the prices fixed; the money is asked for next. */
@Event('order.priced', { version: 1 })
export class OrderPriced {
  constructor(
    readonly orderId: string,
    /** In cents. */
    readonly total: number,
  ) {}
}

@Event('order.confirmed', { version: 1 })
export class OrderConfirmed {
  constructor(
    readonly orderId: string,
    readonly total: number,
  ) {}
}

@Event('order.rejected', { version: 1 })
export class OrderRejected {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {}
}

@Event('order.cancelled', { version: 1 })
export class OrderCancelled {
  constructor(readonly orderId: string) {}
}
