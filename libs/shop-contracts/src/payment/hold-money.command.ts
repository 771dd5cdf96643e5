import { Command } from '@minos/common';

/**
 * Moves an amount of an account's free money to what is held for an order, or rejects with `payment.declined`: no such account, too little money, or more than its limit.
 * Once for each order: repeating it changes nothing, and one that was released before is rejected.
 */
@Command('payment.hold', { owner: 'payment', key: 'orderId', senders: ['order'] })
export class HoldMoney extends Command<{ held: number }, 'payment.declined'> {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
    /** In cents. */
    readonly amount: number,
  ) {
    super();
  }
}
