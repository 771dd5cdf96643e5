import { isUuid } from '@minos/common';
import { type CliCommand, type CliContext, CliUsageError, Given, printable, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import { emailAddress } from '../accounts/email-address.js';
import type { Account } from '../contracts/accounts.js';
import { PostgresAccountChanges } from '../postgres/postgres-account-changes.js';
import { PostgresAccountStore } from '../postgres/postgres-account-store.js';

const OPTIONS: CliCommand['options'] = {
  id: { type: 'string', value: 'id', help: 'the account by its id' },
  email: { type: 'string', value: 'address', help: 'the account by its e-mail address' },
  by: REQUESTER_OPTIONS['by'] as NonNullable<(typeof REQUESTER_OPTIONS)[string]>,
};

export const AUTH_DISABLE: CliCommand = {
  name: 'disable',
  summary: 'keep an account from signing in, and end its sessions',
  options: OPTIONS,
  run: (context) => setDisabled(context, true),
};

export const AUTH_ENABLE: CliCommand = {
  name: 'enable',
  summary: 'let a disabled account sign in again',
  options: OPTIONS,
  run: (context) => setDisabled(context, false),
};

async function setDisabled(context: CliContext, disabled: boolean): Promise<number> {
  const given = new Given(context.options);
  const { id, email } = await find(context, given);
  const actor = { subject: `cli:${requesterOf(given).by}` };
  await new PostgresAccountChanges(context.database()).setDisabled(id, disabled, actor);
  const what = disabled ? 'is disabled; its sessions have ended, and its tokens are refused within seconds' : 'may sign in again';
  context.print(`The account ${id} (${printable(email ?? 'external')}) ${what}.`);
  return 0;
}

async function find(context: CliContext, given: Given): Promise<Account> {
  const [id, email] = [given.text('id'), given.text('email')];
  if ((id === undefined) === (email === undefined)) throw new CliUsageError('Give --id or --email, to say which account is meant.');
  const accounts = new PostgresAccountStore(context.database());
  const account = email === undefined ? await byId(accounts, id ?? '') : await accounts.findByEmail('', emailAddress(email));
  if (account === undefined) throw new CliUsageError('There is no such account. "npx minos auth users" lists them.');
  return account;
}

async function byId(accounts: PostgresAccountStore, id: string): Promise<Account | undefined> {
  return isUuid(id) ? accounts.find(id) : undefined;
}
