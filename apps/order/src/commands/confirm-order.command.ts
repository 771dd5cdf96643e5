import { Command } from '@minos/common';

/** The order ends well. It decides between being confirmed and being cancelled: whichever comes second is too late. */
@Command('order.confirm')
export class ConfirmOrder extends Command<{ version: number }, 'order.too-late' | 'order.unpriced'> {
  constructor(readonly orderId: string) {
    super();
  }
}
