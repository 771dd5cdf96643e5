import { migrationSql, status } from '../migrations/status.js';
import type { CliCommand } from './cli-command.js';

export const SQL: CliCommand = {
  name: 'sql',
  summary: 'print the statements that migrate would run; all of them where no database is given',
  run: async (context) => {
    context.print(
      migrationSql(context.sets(), context.hasDatabase ? await status(context.database(), context.sets()) : undefined).trimEnd(),
    );
    return 0;
  },
};
