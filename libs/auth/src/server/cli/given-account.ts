import { isUuid } from '@minos/common';
import { type CliCommand, type CliContext, CliUsageError, type Given } from '@minos/postgres';
import { emailAddress } from '../accounts/email-address.js';
import type { AccountWithPassword } from '../contracts/accounts.js';
import { PostgresAccountStore } from '../postgres/postgres-account-store.js';
import { asUsage } from './given-password.js';

export const ACCOUNT_OPTIONS = {
  id: { type: 'string', value: 'id', help: 'the account by its id' },
  email: { type: 'string', value: 'address', help: 'the account by its e-mail address' },
} as const satisfies CliCommand['options'];

/** The account that `--id` or `--email` names. Rejects with `CLI_USAGE` where there is none, or both are given. */
export async function accountOf(context: CliContext, given: Given): Promise<AccountWithPassword> {
  const [id, email] = [given.text('id'), given.text('email')];
  if ((id === undefined) === (email === undefined)) throw new CliUsageError('Give --id or --email, to say which account is meant.');
  const accounts = new PostgresAccountStore(context.database());
  const account = email === undefined ? await byId(accounts, id ?? '') : await accounts.findByEmail('', addressOf(email));
  if (account === undefined) throw new CliUsageError('There is no such account. "npx minos auth users" lists them.');
  return account;
}

function addressOf(email: string): string {
  try {
    return emailAddress(email);
  } catch (error) {
    throw asUsage(error);
  }
}

async function byId(accounts: PostgresAccountStore, id: string): Promise<AccountWithPassword | undefined> {
  return isUuid(id) ? accounts.find(id) : undefined;
}
