import { type CliCommand, counted, migrate } from '@minos/postgres';
import { BROKER_MIGRATIONS } from '../postgres/broker/migrations/index.js';

export const BROKER_MIGRATE: CliCommand = {
  name: 'migrate',
  summary: 'bring the schema of the broker up to date; --url is that of its own database (minos_broker)',
  run: async (context) => {
    const applied = await migrate(context.database(), [BROKER_MIGRATIONS], { onApplied: ({ id }) => context.print(`applied ${id}`) });
    context.print(applied.length === 0 ? 'Nothing to do: the broker is up to date.' : `${counted(applied.length, 'migration')} applied.`);
    return 0;
  },
};
