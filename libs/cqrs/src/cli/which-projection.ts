import { CliUsageError, type CliContext, type CliOption, type Given } from '@minos/postgres';
import type { ProjectionKey } from '../contracts/projection-control.js';
import { ProjectionUnknownError } from '../errors/projection.errors.js';
import { type ProjectionSurvey, surveyProjections } from '../postgres/projection/projection-survey.js';

const MOST_VERSIONS = 9_999;

export const PROJECTION_OPTIONS: Readonly<Record<string, CliOption>> = {
  projection: { type: 'string', value: 'name', help: 'the name in @Projection' },
  version: { type: 'string', value: 'number', help: 'its version; needed where the database knows several' },
};

export function givenKey(given: Given): Partial<ProjectionKey> {
  const name = given.text('projection');
  const version = given.text('version') === undefined ? undefined : given.count('version', { fallback: 1, max: MOST_VERSIONS });
  return { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) };
}

/** The one version that is meant. Rejects with `CLI_USAGE` and `PROJECTION_UNKNOWN`. */
export async function oneProjection(context: CliContext, given: Given): Promise<ProjectionSurvey> {
  const name = given.demandText('projection', 'the name of a projection; "minos projections list" shows them');
  const found = await surveyProjections(context.database(), { ...givenKey(given), name });
  const [one, ...others] = found;
  if (one === undefined) {
    const known = await surveyProjections(context.database());
    throw new ProjectionUnknownError(
      name,
      known.map((other) => `${other.name} v${other.version}`),
    );
  }
  if (others.length === 0) return one;
  const versions = found.map(({ version }) => `--version ${version}`).join(' or ');
  throw new CliUsageError(`The database knows several versions of "${name}"; say which: ${versions}.`);
}
