import type { CliGroup } from '@minos/postgres';
import { PROJECTIONS_AUDIT } from './projections-audit.command.js';
import { PROJECTIONS_CANCEL, PROJECTIONS_PAUSE, PROJECTIONS_REBUILD, PROJECTIONS_RESUME } from './projections-verbs.command.js';
import { PROJECTIONS_LIST } from './projections-list.command.js';
import { PROJECTIONS_SHOW } from './projections-show.command.js';
import { PROJECTIONS_SQL } from './projections-sql.command.js';

export const PROJECTIONS: CliGroup = {
  name: 'projections',
  summary: 'views that are made of events: where they stand, and what to do with them',
  commands: [
    ...[PROJECTIONS_LIST, PROJECTIONS_SHOW, PROJECTIONS_PAUSE, PROJECTIONS_RESUME],
    ...[PROJECTIONS_REBUILD, PROJECTIONS_CANCEL, PROJECTIONS_AUDIT, PROJECTIONS_SQL],
  ],
};
