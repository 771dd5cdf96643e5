import { migrate } from '../migrations/migrate.js';
import type { CliCommand } from './cli-command.js';

export const MIGRATE: CliCommand = {
  name: 'migrate',
  summary: 'apply what the database lacks; safe to run from many places at once',
  run: async (context) => {
    const applied = await migrate(context.database(), context.sets(), {
      onApplied: (one) => context.print(`applied ${one.package} ${one.id}`),
    });
    context.print(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.length} migrations.`);
    return 0;
  },
};
