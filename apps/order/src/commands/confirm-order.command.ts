import { Command } from '@minos/common';

@Command('order.confirm', { owner: 'order' })
export class ConfirmOrder extends Command<{ version: number }, 'order.too-late'> {
  constructor(
    readonly orderId: string,
    readonly total: number,
  ) {
    super();
  }
}
