import { Command } from '@minos/common';

/** Gives back what is held for an order. Where nothing is held it keeps a hold that comes later from being made. Repeating it changes nothing. What was captured is not held any more: that is refunded. */
@Command('payment.release', { owner: 'payment', key: 'orderId', senders: ['order'] })
export class ReleaseMoney extends Command<void, 'payment.captured'> {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
  ) {
    super();
  }
}
