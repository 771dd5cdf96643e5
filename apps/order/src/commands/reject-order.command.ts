import { Command } from '@minos/common';

/** The order ends badly; one that was cancelled stays so. */
@Command('order.reject', { owner: 'order', senders: [] })
export class RejectOrder extends Command<{ version: number }, 'order.too-late'> {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {
    super();
  }
}
