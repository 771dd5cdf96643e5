import { type CliCommand, Given, isoTime, JSON_OPTION, printable, short, table, toJson } from '@minos/postgres';
import { PostgresProjectionJournal } from '../postgres/projection/postgres-projection-journal.js';
import { actionJson } from './projection-json.js';
import { givenKey, PROJECTION_OPTIONS } from './which-projection.js';

export const PROJECTIONS_AUDIT: CliCommand = {
  name: 'audit',
  summary: 'list who asked for what and why, and which rebuilds were served; the newest first',
  options: {
    ...PROJECTION_OPTIONS,
    limit: { type: 'string', value: 'number', help: 'so many at the most (50)' },
    ...JSON_OPTION,
  },
  run: async (context) => {
    const given = new Given(context.options);
    const actions = await new PostgresProjectionJournal(context.database()).audit(givenKey(given), given.count('limit', { fallback: 50 }));
    if (given.flag('json')) context.print(toJson({ actions: actions.map(actionJson) }));
    else if (actions.length === 0) context.print('Nothing was asked.');
    else {
      const rows = actions.map(({ at, name, version, action, rebuild, by, reason }) => [
        ...[isoTime(at), printable(name), String(version), rebuild === undefined ? action : `${action} #${rebuild}`, printable(by)],
        short(reason ?? ''),
      ]);
      table(['AT', 'PROJECTION', 'VERSION', 'ACTION', 'BY', 'WHY'], rows).forEach(context.print);
    }
    return 0;
  },
};
