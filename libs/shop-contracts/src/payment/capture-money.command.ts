import { Command } from '@minos/common';

/** Takes what is held for an order. Repeating it changes nothing. */
@Command('payment.capture', { owner: 'payment', key: 'orderId', senders: ['order'] })
export class CaptureMoney extends Command<{ captured: number }, 'payment.nothing-held'> {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
  ) {
    super();
  }
}
