import { createScenario, type Scenario } from '@minos/event-sourcing/testing';
import { CaptureMoneyHandler } from '../src/commands/capture-money.handler.js';
import { DepositMoneyHandler } from '../src/commands/deposit-money.handler.js';
import { HoldMoneyHandler } from '../src/commands/hold-money.handler.js';
import { OpenAccountHandler } from '../src/commands/open-account.handler.js';
import { PaymentLedger } from '../src/commands/payment-ledger.js';
import { RefundMoneyHandler } from '../src/commands/refund-money.handler.js';
import { ReleaseMoneyHandler } from '../src/commands/release-money.handler.js';
import { Account } from '../src/domain/account.aggregate.js';
import { Payment } from '../src/domain/payment.aggregate.js';

/** The command handlers of the service on storage in memory, without a container. */
export interface Bank {
  readonly scenario: Scenario;
  readonly opening: OpenAccountHandler;
  readonly depositing: DepositMoneyHandler;
  readonly holding: HoldMoneyHandler;
  readonly releasing: ReleaseMoneyHandler;
  readonly capturing: CaptureMoneyHandler;
  readonly refunding: RefundMoneyHandler;
}

export function createBank(): Bank {
  const scenario = createScenario();
  const accounts = scenario.repository(Account);
  const ledger = new PaymentLedger(scenario.repository(Payment), accounts, scenario.unitOfWork);
  return {
    scenario,
    opening: new OpenAccountHandler(accounts),
    depositing: new DepositMoneyHandler(accounts),
    holding: new HoldMoneyHandler(ledger),
    releasing: new ReleaseMoneyHandler(ledger),
    capturing: new CaptureMoneyHandler(ledger),
    refunding: new RefundMoneyHandler(ledger),
  };
}
