import { type CliCommand, Given, printable, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import { createFirstAdmin } from '../accounts/administration.js';
import { loadArgon2 } from '../passwords/load-argon2.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { PostgresAccountChanges } from '../postgres/postgres-account-changes.js';
import { asUsage, PASSWORD_OPTION, passwordOf } from './given-password.js';

export const AUTH_CREATE_ADMIN: CliCommand = {
  name: 'create-admin',
  summary: 'make the first administrator; refused when there is one',
  options: {
    email: { type: 'string', value: 'address', help: 'with which the administrator signs in' },
    ...PASSWORD_OPTION,
    by: REQUESTER_OPTIONS['by'] as NonNullable<(typeof REQUESTER_OPTIONS)[string]>,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const email = given.demandText('email', 'the e-mail address of the administrator');
    const password = await passwordOf(context, given);
    const { by } = requesterOf(given);
    const hasher = new PasswordHasher(loadArgon2());
    const changes = new PostgresAccountChanges(context.database());
    const { account, created } = await createFirstAdmin(changes, hasher, { email, password, by: `cli:${by}` }).catch((error: unknown) => {
      throw asUsage(error);
    });
    const did = created ? 'Made the account' : 'The account was there already: it has the new password and no sessions any more. It is';
    context.print(`${did} ${account.id} (${printable(account.email ?? '')}), and gave it the role "admin".`);
    return 0;
  },
};
