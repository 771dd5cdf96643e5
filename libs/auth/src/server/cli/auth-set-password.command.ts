import { type CliCommand, CliUsageError, Given, printable, REQUESTER_OPTIONS, requesterOf } from '@minos/postgres';
import { loadArgon2 } from '../passwords/load-argon2.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { choosePassword } from '../passwords/password-policy.js';
import { PostgresAccountChanges } from '../postgres/postgres-account-changes.js';
import { ACCOUNT_OPTIONS, accountOf } from './given-account.js';
import { asUsage, PASSWORD_OPTION, passwordOf } from './given-password.js';

export const AUTH_SET_PASSWORD: CliCommand = {
  name: 'set-password',
  summary: 'give an account a new password where the old one is forgotten, and end its sessions',
  options: {
    ...ACCOUNT_OPTIONS,
    ...PASSWORD_OPTION,
    by: REQUESTER_OPTIONS['by'] as NonNullable<(typeof REQUESTER_OPTIONS)[string]>,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const { id, email, passwordVersion, disabled } = await accountOf(context, given);
    const password = chosen(await passwordOf(context, given), email);
    const passwordHash = await new PasswordHasher(loadArgon2()).hash(password);
    const changes = new PostgresAccountChanges(context.database());
    const changed = await changes.setPassword({ id, passwordVersion, passwordHash }, { subject: `cli:${requesterOf(given).by}` });
    if (!changed) throw new CliUsageError('Somebody else has changed this password just now, so nothing was done. Run the command again.');
    const still = disabled ? ' It is disabled still: "npx minos auth enable" lets it sign in.' : '';
    context.print(
      `The account ${id} (${printable(email ?? 'external')}) has the new password; its sessions have ended, and its tokens are refused within seconds.${still}`,
    );
    return 0;
  },
};

function chosen(password: string, email: string | null): string {
  try {
    return choosePassword(password, email);
  } catch (error) {
    throw asUsage(error);
  }
}
