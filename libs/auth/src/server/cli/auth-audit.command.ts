import { type CliCommand, Given, isoTime, JSON_OPTION, printable, table, toJson } from '@minos/postgres';
import { PostgresAuditLog } from '../postgres/postgres-audit-log.js';

export const AUTH_AUDIT: CliCommand = {
  name: 'audit',
  summary: 'list what was tried and changed, the newest first',
  options: {
    limit: { type: 'string', value: 'count', help: 'how many at the most (50, if left out)' },
    before: { type: 'string', value: 'number', help: 'those before this number' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const entries = await new PostgresAuditLog(context.database()).list(given.count('limit', { fallback: 50 }), given.id('before'));
    if (given.flag('json')) context.print(toJson(entries));
    else {
      const rows = entries.map(({ id, at, event, subject, actor, address = '' }) =>
        [`#${id}`, isoTime(at), event, subject, actor, address].map((cell) => printable(cell)),
      );
      table(['#', 'AT', 'EVENT', 'SUBJECT', 'BY', 'FROM'], rows).forEach(context.print);
    }
    return 0;
  },
};
