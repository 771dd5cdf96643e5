import { Command } from '@minos/common';
import { Saga, saga, SagaDefinition } from '@minos/saga';

/** The services of the bench: one runs the sagas, the other two do what they ask. */
export const TRADER = 'trader';
export const STOCK = 'stockdesk';
export const BANK = 'bankdesk';

@Command('stockdesk.reserve', { owner: STOCK, key: 'deal' })
export class ReserveShares extends Command<{ price: number }, 'shares.none'> {
  constructor(
    readonly deal: string,
    readonly shares: number,
  ) {
    super();
  }
}

@Command('bankdesk.pay', { owner: BANK, key: 'deal' })
export class PayShares extends Command<{ receipt: string }, 'money.none'> {
  constructor(
    readonly deal: string,
    readonly amount: number,
  ) {
    super();
  }
}

@Command('stockdesk.deliver', { owner: STOCK, key: 'deal' })
export class DeliverShares extends Command<void> {
  constructor(readonly deal: string) {
    super();
  }
}

@Command('stockdesk.release', { owner: STOCK, key: 'deal' })
export class ReleaseShares extends Command<void> {
  constructor(readonly deal: string) {
    super();
  }
}

@Command('bankdesk.refund', { owner: BANK, key: 'deal' })
export class RefundShares extends Command<void> {
  constructor(readonly deal: string) {
    super();
  }
}

export interface TradeState {
  readonly deal: string;
  readonly shares: number;
  readonly price?: number;
  readonly receipt?: string;
}

/** Three remote steps. */
@Saga('trade', { version: 1 })
export class Trade extends SagaDefinition<TradeState> {
  readonly plan = saga<TradeState>()
    .step('reserve')
    .invoke(({ deal, shares }) => new ReserveShares(deal, shares))
    .onReply((state, { price }) => ({ ...state, price }))
    .compensate(({ deal }) => new ReleaseShares(deal))
    .timeout('5m', 'compensate')
    .step('pay')
    .invoke(({ deal, shares, price = 0 }) => new PayShares(deal, shares * price))
    .onReply((state, { receipt }) => ({ ...state, receipt }))
    .compensate(({ deal }) => new RefundShares(deal))
    .timeout('5m', 'compensate')
    .step('deliver')
    .invoke(({ deal }) => new DeliverShares(deal))
    .pivot()
    .timeout('5m', 'retry')
    .build();
}
