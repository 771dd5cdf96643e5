import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { type AggregateRepository, streamOf } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { Account } from '../domain/account.aggregate.js';
import { type AccountView, GetAccount } from './get-account.query.js';

@QueryHandler(GetAccount)
export class GetAccountHandler implements IQueryHandler<GetAccount> {
  constructor(@InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>) {}

  async execute({ accountId }: GetAccount): Promise<AccountView> {
    const account = await this.accounts.load(accountId);
    return { accountId, ...account.state(), version: streamOf(account).version };
  }
}
