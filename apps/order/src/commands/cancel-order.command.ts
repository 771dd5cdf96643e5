import { Command } from '@minos/common';

@Command('order.cancel', { owner: 'order', senders: [] })
export class CancelOrder extends Command<{ version: number }, 'order.too-late'> {
  constructor(readonly orderId: string) {
    super();
  }
}
