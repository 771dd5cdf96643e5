import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { RefundMoney } from '@shop/contracts';
import { PaymentLedger } from './payment-ledger.js';

@CommandHandler(RefundMoney)
export class RefundMoneyHandler implements ICommandHandler<RefundMoney> {
  constructor(private readonly ledger: PaymentLedger) {}

  async execute(command: RefundMoney): Promise<{ refunded: number }> {
    return { refunded: await this.ledger.move(command, 'refund') };
  }
}
