import { type CliCommand, Given, isoTime, JSON_OPTION, printable, table, toJson } from '@minos/postgres';
import { PostgresAccountStore } from '../postgres/postgres-account-store.js';

export const AUTH_USERS: CliCommand = {
  name: 'users',
  summary: 'list accounts',
  options: {
    limit: { type: 'string', value: 'count', help: 'how many at the most (50, if left out)' },
    after: { type: 'string', value: 'id', help: 'those behind this id' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const limit = given.count('limit', { fallback: 50 });
    const accounts = await new PostgresAccountStore(context.database()).list(limit, given.text('after'));
    if (given.flag('json')) context.print(toJson(accounts));
    else {
      const rows = accounts.map(({ id, email, roles, disabled, createdAt }) => [
        id,
        printable(email ?? '(external)'),
        disabled ? 'disabled' : 'active',
        isoTime(createdAt),
        printable(roles.join(', ')),
      ]);
      table(['ID', 'EMAIL', 'STATE', 'SINCE', 'ROLES'], rows).forEach(context.print);
    }
    return 0;
  },
};
