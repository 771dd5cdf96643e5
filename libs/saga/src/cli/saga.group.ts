import type { CliGroup } from '@minos/postgres';
import { SAGA_CHECK } from './saga-check.command.js';

export const SAGA: CliGroup = {
  name: 'saga',
  summary: 'plans of sagas: whether a build has those that live instances need',
  commands: [SAGA_CHECK],
};
