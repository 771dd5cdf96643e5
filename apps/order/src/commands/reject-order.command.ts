import { Command } from '@minos/common';

@Command('order.reject', { owner: 'order' })
export class RejectOrder extends Command<{ version: number }, 'order.too-late'> {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {
    super();
  }
}
