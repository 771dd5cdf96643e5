import { currentContext, isMinosError, isUuid, Rejection, UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import type { AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Inject, Injectable } from '@nestjs/common';
import { actsFor, type HoldMoney } from '@shop/contracts';
import { Account } from '../domain/account.aggregate.js';
import { isAmount } from '../domain/amount.js';
import { Payment } from '../domain/payment.aggregate.js';

/**
 * Moves a payment and its account in one unit of work. Each unit touches the account first, which is where units wait for each other: those of one account are decided
 * one after the other, and no unit waits in two lines.
 */
@Injectable()
export class PaymentLedger {
  constructor(
    @InjectAggregateRepository(Payment) private readonly payments: AggregateRepository<Payment>,
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The amount that is held, also where the order had one held before. Throws `payment.declined`. */
  hold({ orderId, accountId, amount }: HoldMoney): Promise<number> {
    return this.unitOfWork.run(async () => {
      const exists = await this.takeTurn(accountId);
      const known = await this.payments.find(orderId);
      if (known !== undefined) return known.answer();
      // On whose authority it is asked comes with the message, signed by who sent it.
      if (!actsFor(currentContext().principal, accountId))
        throw new Rejection('payment.declined', `The account ${accountId} belongs to somebody else.`, { accountId });
      if (!exists) throw new Rejection('payment.declined', `There is no account ${accountId}.`, { accountId });
      if (!isAmount(amount)) throw new Rejection('payment.declined', `${amount} is no amount of cents.`, { accountId });
      // The account first: a refusal leaves nothing in a unit that others go on with.
      await this.accounts.update(accountId, (account) => account.hold(orderId, amount));
      return this.payments.create(orderId, (payment) => payment.hold(accountId, amount));
    });
  }

  /** The amount of the payment. The account is that of the hold, whatever the command says. Throws what the step of {@link Payment} throws. */
  move({ orderId, accountId }: Pick<HoldMoney, 'orderId' | 'accountId'>, step: 'release' | 'capture' | 'refund'): Promise<number> {
    return this.unitOfWork.run(async () => {
      await this.takeTurn(accountId);
      const known = await this.payments.find(orderId);
      // Where there is none a release is the first event, and the hold that comes late finds it; the others refuse.
      const { transfer, amount } = await this.payments[known === undefined ? 'create' : 'update'](orderId, (payment) => ({
        transfer: payment[step](accountId),
        amount: payment.state().amount,
      }));
      if (transfer !== undefined) await this.accounts.update(transfer.accountId, (account) => account[step](orderId, transfer.amount));
      return amount;
    });
  }

  /** Waits for the units of the account that came before. Whether there is such an account. */
  private async takeTurn(accountId: string): Promise<boolean> {
    if (!isUuid(accountId)) return false;
    try {
      await this.accounts.update(accountId, () => undefined);
      return true;
    } catch (error) {
      if (isMinosError(error, 'AGGREGATE_NOT_FOUND')) return false;
      throw error;
    }
  }
}
