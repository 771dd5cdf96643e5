import { type CliCommand, type CliContext, Given, printable, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import { PostgresAccountChanges } from '../postgres/postgres-account-changes.js';
import { ACCOUNT_OPTIONS, accountOf } from './given-account.js';

const OPTIONS: CliCommand['options'] = {
  ...ACCOUNT_OPTIONS,
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
  const { id, email } = await accountOf(context, given);
  const actor = { subject: `cli:${requesterOf(given).by}` };
  await new PostgresAccountChanges(context.database()).setDisabled(id, disabled, actor);
  const what = disabled ? 'is disabled; its sessions have ended, and its tokens are refused within seconds' : 'may sign in again';
  context.print(`The account ${id} (${printable(email ?? 'external')}) ${what}.`);
  return 0;
}
