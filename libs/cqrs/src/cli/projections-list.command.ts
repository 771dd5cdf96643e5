import { type CliCommand, Given, JSON_OPTION, printable, table, toJson } from '@minos/postgres';
import { type ProjectionSurvey, surveyProjections } from '../postgres/projection/projection-survey.js';
import { surveyJson } from './projection-json.js';
import { progressText, rebuildOf, stateOf, waitingText } from './projection-state.js';
import { givenKey, PROJECTION_OPTIONS } from './which-projection.js';

export const PROJECTIONS_LIST: CliCommand = {
  name: 'list',
  summary: 'list projections with their versions, states and rebuilds',
  options: { ...PROJECTION_OPTIONS, ...JSON_OPTION },
  run: async (context) => {
    const given = new Given(context.options);
    const found = await surveyProjections(context.database(), givenKey(given));
    if (given.flag('json')) context.print(toJson({ projections: found.map(surveyJson) }));
    else if (found.length === 0)
      context.print('The database knows no such projection: a service makes its projections known when it starts.');
    else projectionsTable(found).forEach(context.print);
    return 0;
  },
};

function projectionsTable(found: readonly ProjectionSurvey[]): string[] {
  return table(
    ['PROJECTION', 'VERSION', 'STATE', 'POSITION', 'WAITING', 'SKIPPED', 'REBUILD'],
    found.map((one) => {
      const rebuild = rebuildOf(one);
      return [
        ...[printable(one.name), String(one.version), stateOf(one), `${one.position ?? 0} of ${one.latest}`, waitingText(one)],
        ...[String(one.skipped), rebuild === undefined ? '' : progressText(rebuild)],
      ];
    }),
  );
}
