import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import type { AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Account } from '../domain/account.aggregate.js';
import type { AccountView } from '../queries/get-account.query.js';
import { DepositMoney } from './deposit-money.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(DepositMoney)
export class DepositMoneyHandler implements ICommandHandler<DepositMoney> {
  constructor(@InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>) {}

  execute({ accountId, amount }: DepositMoney): Promise<AccountView> {
    return this.accounts.update(accountId, (account) => {
      account.deposit(amount);
      return { accountId, ...account.state(), version: versionOf(account) };
    });
  }
}
