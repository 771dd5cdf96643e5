import { Command } from '@minos/common';
import type { AccountView } from '../queries/get-account.query.js';

@Command('account.deposit')
export class DepositMoney extends Command<AccountView, 'account.full'> {
  constructor(
    readonly accountId: string,
    /** In cents, at least 1. */
    readonly amount: number,
  ) {
    super();
  }
}
