import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { CaptureMoney } from '@shop/contracts';
import { PaymentLedger } from './payment-ledger.js';

@CommandHandler(CaptureMoney)
export class CaptureMoneyHandler implements ICommandHandler<CaptureMoney> {
  constructor(private readonly ledger: PaymentLedger) {}

  async execute(command: CaptureMoney): Promise<{ captured: number }> {
    return { captured: await this.ledger.move(command, 'capture') };
  }
}
