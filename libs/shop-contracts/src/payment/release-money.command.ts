import { Command } from '@minos/common';

/** Gives back what is held for an order. Where nothing is held it keeps a hold that comes later from being made. Repeating it changes nothing. */
@Command('payment.release', { owner: 'payment', key: 'orderId' })
export class ReleaseMoney extends Command {
  constructor(
    readonly orderId: string,
    readonly accountId: string,
  ) {
    super();
  }
}
