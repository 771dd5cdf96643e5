import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import type { AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Account } from '../domain/account.aggregate.js';
import { OpenAccount } from './open-account.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(@InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>) {}

  execute({ accountId, limit }: OpenAccount): Promise<{ version: number }> {
    return this.accounts.create(accountId, (account) => {
      account.open(limit);
      return { version: versionOf(account) };
    });
  }
}
