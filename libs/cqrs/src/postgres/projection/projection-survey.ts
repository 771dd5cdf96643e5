import type { FeedPosition } from '@minos/event-sourcing';
import type { SqlExecutor } from '@minos/postgres';
import type { ProjectionKey, ProjectionRecord } from '../../contracts/projection-control.js';
import { type ProjectionRow, toRecord } from './projection-row.js';
import { MOST_WAITING, SURVEY_PROJECTIONS } from './projection-survey.sql.js';

/** What all processes know of a projection, with where it stands now: what can be told from the database alone. */
export interface ProjectionSurvey extends ProjectionRecord {
  /** The checkpoint of what is served; missing before the first event. */
  readonly position?: FeedPosition;
  /** Events behind the checkpoint that concern it; counted up to {@link MOST_WAITING}. */
  readonly waiting: number;
  /** The last position of the feed. */
  readonly latest: FeedPosition;
  /** The process that runs it. */
  readonly runner?: string;
  readonly rebuildPosition?: FeedPosition;
  readonly rebuildRunner?: string;
  /** Events that its rows lack. */
  readonly skipped: number;
  /** The time of the answer on the clock of the database, in milliseconds. */
  readonly now: number;
}

type Place = 'position' | 'runner' | 'rebuildPosition' | 'rebuildRunner';
type SurveyRow = ProjectionRow &
  Omit<ProjectionSurvey, keyof ProjectionRecord | Place> & { readonly [K in Place]: ProjectionSurvey[K] | null };

/** Of all versions that were ever known, or of those of one projection, by name and version. */
export async function surveyProjections(
  sql: SqlExecutor,
  { name, version }: Partial<ProjectionKey> = {},
): Promise<readonly ProjectionSurvey[]> {
  const { rows } = await sql.query<SurveyRow>(SURVEY_PROJECTIONS, [name ?? null, version ?? null, MOST_WAITING]);
  return rows.map((row) => {
    const { position, runner, rebuildPosition, rebuildRunner, ...rest } = row;
    return {
      ...(toRecord(rest) as ProjectionRecord & Omit<SurveyRow, keyof ProjectionRow | Place>),
      ...(position === null ? {} : { position }),
      ...(runner === null ? {} : { runner }),
      ...(rebuildPosition === null ? {} : { rebuildPosition }),
      ...(rebuildRunner === null ? {} : { rebuildRunner }),
    };
  });
}
