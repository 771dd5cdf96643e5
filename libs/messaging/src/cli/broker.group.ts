import type { CliGroup } from '@minos/postgres';
import { BROKER_ADMIT } from './broker-admit.command.js';
import { BROKER_MIGRATE } from './broker-migrate.command.js';

export const BROKER: CliGroup = {
  name: 'broker',
  summary: 'the database of the broker on PostgreSQL: its schema, and the roles that may use it',
  commands: [BROKER_MIGRATE, BROKER_ADMIT],
};
