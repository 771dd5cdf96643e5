import { migrate } from '../migrations/migrate.js';
import type { CliCommand } from './cli-command.js';

export const MIGRATE: CliCommand = {
  name: 'migrate',
  summary: 'apply what the database lacks; safe to run from many places at once',
  run: async ({ database, sets, print }) => {
    const applied = await migrate(database(), sets(), { onApplied: (one) => print(`applied ${one.package} ${one.id}`) });
    print(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.length} migrations.`);
    return 0;
  },
};
