import { Query } from '@minos/common';
import type { AccountState } from '../domain/account.aggregate.js';

export interface AccountView extends AccountState {
  readonly accountId: string;
  /** How many events the account has. */
  readonly version: number;
}

@Query('account.get')
export class GetAccount extends Query<AccountView> {
  constructor(readonly accountId: string) {
    super();
  }
}
