import { migrationSql, status } from '../migrations/status.js';
import type { CliCommand } from './cli-command.js';

export const SQL: CliCommand = {
  name: 'sql',
  summary: 'print the statements that migrate would run; all of them where no database is given',
  run: async ({ database, hasDatabase, sets, print }) => {
    print(migrationSql(sets(), hasDatabase ? await status(database(), sets()) : undefined).trimEnd());
    return 0;
  },
};
