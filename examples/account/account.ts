// #region account
import { Command, Event, Rejection } from '@minos/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import type { AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { Module } from '@nestjs/common';

@Event('account.opened', { version: 1 })
export class AccountOpened {
  constructor(readonly deposit: number) {}
}

@Event('account.money-withdrawn', { version: 1 })
export class MoneyWithdrawn {
  constructor(readonly amount: number) {}
}

@Aggregate('account')
export class Account extends AggregateRoot {
  private balance = 0;

  open(deposit: number): void {
    this.apply(new AccountOpened(deposit));
  }

  withdraw(amount: number): number {
    if (amount > this.balance) throw new Rejection('account.overdrawn', `${this.balance} is left, ${amount} was asked for`);
    this.apply(new MoneyWithdrawn(amount));
    return this.balance;
  }

  @On(AccountOpened) protected opened(event: AccountOpened): void {
    this.balance = event.deposit;
  }

  @On(MoneyWithdrawn) protected withdrawn(event: MoneyWithdrawn): void {
    this.balance -= event.amount;
  }
}

@Command('account.open', { owner: 'account' })
export class OpenAccount extends Command {
  constructor(
    readonly accountId: string,
    readonly deposit: number,
  ) {
    super();
  }
}

@Command('account.withdraw', { owner: 'account' })
export class WithdrawMoney extends Command<{ balance: number }, 'account.overdrawn'> {
  constructor(
    readonly accountId: string,
    readonly amount: number,
  ) {
    super();
  }
}

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(@InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>) {}

  execute({ accountId, deposit }: OpenAccount): Promise<void> {
    return this.accounts.create(accountId, (account) => account.open(deposit));
  }
}

@CommandHandler(WithdrawMoney)
export class WithdrawMoneyHandler implements ICommandHandler<WithdrawMoney> {
  constructor(@InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>) {}

  execute({ accountId, amount }: WithdrawMoney): Promise<{ balance: number }> {
    return this.accounts.update(accountId, (account) => ({ balance: account.withdraw(amount) }));
  }
}

@Module({
  imports: [MinosModule.forRoot({ service: 'account' }), MinosModule.forFeature({ aggregates: [Account] })],
  providers: [OpenAccountHandler, WithdrawMoneyHandler],
})
export class AccountModule {}
// #endregion
