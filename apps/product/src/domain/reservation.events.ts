import { Event } from '@minos/common';
import type { PricedLine } from '@shop/contracts';

@Event('reservation.made', { version: 1 })
export class ReservationMade {
  constructor(
    readonly orderId: string,
    readonly lines: readonly PricedLine[],
    /** In cents. */
    readonly total: number,
  ) {}
}

/** Also the first event of an order that nothing was held for: then nothing will be. */
@Event('reservation.released', { version: 1 })
export class ReservationReleased {
  constructor(readonly orderId: string) {}
}

@Event('reservation.sold', { version: 1 })
export class ReservationSold {
  constructor(readonly orderId: string) {}
}
