import { Command } from '@minos/common';

/** Gives back what was captured for an order. Repeating it changes nothing. */
@Command('payment.refund', { owner: 'payment', key: 'orderId', senders: ['order'] })
export class RefundMoney extends Command<{ refunded: number }, 'payment.nothing-captured'> {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
  ) {
    super();
  }
}
