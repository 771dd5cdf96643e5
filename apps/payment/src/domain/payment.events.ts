import { Event } from '@minos/common';

@Event('payment.held', { version: 1 })
export class PaymentHeld {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    /** In cents. */
    readonly amount: number,
  ) {}
}

/** Also the first event of an order that nothing was held for, with the amount 0: then nothing will be. */
@Event('payment.released', { version: 1 })
export class PaymentReleased {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    readonly amount: number,
  ) {}
}

@Event('payment.captured', { version: 1 })
export class PaymentCaptured {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    readonly amount: number,
  ) {}
}

@Event('payment.refunded', { version: 1 })
export class PaymentRefunded {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    readonly amount: number,
  ) {}
}
