import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { ReleaseMoney } from '@shop/contracts';
import { PaymentLedger } from './payment-ledger.js';

@CommandHandler(ReleaseMoney)
export class ReleaseMoneyHandler implements ICommandHandler<ReleaseMoney> {
  constructor(private readonly ledger: PaymentLedger) {}

  async execute(command: ReleaseMoney): Promise<void> {
    await this.ledger.move(command, 'release');
  }
}
