import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { HoldMoney } from '@shop/contracts';
import { PaymentLedger } from './payment-ledger.js';

@CommandHandler(HoldMoney)
export class HoldMoneyHandler implements ICommandHandler<HoldMoney> {
  constructor(private readonly ledger: PaymentLedger) {}

  async execute(command: HoldMoney): Promise<{ held: number }> {
    return { held: await this.ledger.hold(command) };
  }
}
