import type { CliGroup } from '@minos/postgres';
import { SAGAS_CANCEL, SAGAS_COMPENSATE, SAGAS_EDIT, SAGAS_RESUME, SAGAS_RETRY, SAGAS_SKIP } from './sagas-verbs.command.js';
import { SAGAS_LIST } from './sagas-list.command.js';
import { SAGAS_SHOW } from './sagas-show.command.js';

export const SAGAS: CliGroup = {
  name: 'sagas',
  summary: 'running sagas: where they stand, what they wait for, and what to do with them',
  commands: [SAGAS_LIST, SAGAS_SHOW, SAGAS_RETRY, SAGAS_SKIP, SAGAS_EDIT, SAGAS_RESUME, SAGAS_CANCEL, SAGAS_COMPENSATE],
};
