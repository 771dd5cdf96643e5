import { Event } from '@minos/common';

@Event('account.opened', { version: 1 })
export class AccountOpened {
  constructor(
    readonly accountId: string,
    /** The largest single hold in cents; `null` where only the balance limits it. */
    readonly limit: number | null,
  ) {}
}

@Event('money.deposited', { version: 1 })
export class MoneyDeposited {
  constructor(
    readonly accountId: string,
    /** In cents. */
    readonly amount: number,
  ) {}
}

/** From the balance to what is held. */
@Event('money.held', { version: 1 })
export class MoneyHeld {
  constructor(
    readonly accountId: string,
    readonly orderId: string,
    readonly amount: number,
  ) {}
}

/** From what is held back to the balance. */
@Event('money.released', { version: 1 })
export class MoneyReleased {
  constructor(
    readonly accountId: string,
    readonly orderId: string,
    readonly amount: number,
  ) {}
}

/** From what is held to what is captured. */
@Event('money.captured', { version: 1 })
export class MoneyCaptured {
  constructor(
    readonly accountId: string,
    readonly orderId: string,
    readonly amount: number,
  ) {}
}

/** From what is captured back to the balance. */
@Event('money.refunded', { version: 1 })
export class MoneyRefunded {
  constructor(
    readonly accountId: string,
    readonly orderId: string,
    readonly amount: number,
  ) {}
}
