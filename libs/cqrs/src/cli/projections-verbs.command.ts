import {
  type CliCommand,
  type CliContext,
  type CliOption,
  Given,
  JSON_OPTION,
  REQUESTER_OPTIONS,
  requesterOf,
  toJson,
} from '@minos/postgres';
import type { ProjectionVerb } from '../contracts/projection-control.js';
import { PostgresProjectionControl } from '../postgres/projection/postgres-projection-control.js';
import { surveyProjections, type ProjectionSurvey } from '../postgres/projection/projection-survey.js';
import { surveyJson } from './projection-json.js';
import { waitForRebuild, waitUntilCaughtUp } from './projection-waits.js';
import { oneProjection, PROJECTION_OPTIONS } from './which-projection.js';

const WAIT_OPTIONS: Readonly<Record<string, CliOption>> = {
  wait: { type: 'boolean', help: 'wait for the end, with a line of progress now and then; exits with 1 where it did not end well' },
  within: { type: 'string', value: 'duration', help: 'wait so long at the most (1h)' },
};
const WAIT_MS = 3_600_000;

/** Waits for what was asked for; says whether it ended well. */
type Wait = (context: CliContext, asked: ProjectionSurvey, withinMs: number) => Promise<boolean>;

export const PROJECTIONS_PAUSE = verb(
  'pause',
  'stop a projection in all processes, until it is resumed; its views are served as they are',
  (asked) => `${nameOf(asked)} is paused.`,
);

export const PROJECTIONS_RESUME = verb(
  'resume',
  'end a pause, and try the event again at which a projection or its rebuild has failed',
  (asked) => `${nameOf(asked)} goes on in the process that runs it.`,
  waitUntilCaughtUp,
);

export const PROJECTIONS_REBUILD = verb(
  'rebuild',
  'make the rows of a projection anew beside those that are served, and replace these once all is there',
  (asked) => `Rebuild #${asked.rebuild?.number} of ${nameOf(asked)} has begun; a process of the service carries it out.`,
  waitForRebuild,
);

export const PROJECTIONS_CANCEL = verb(
  'cancel',
  'give a rebuild up; what is served stays',
  (asked) => `The rebuild of ${nameOf(asked)} is cancelled.`,
);

function verb(name: ProjectionVerb, summary: string, done: (asked: ProjectionSurvey) => string, wait?: Wait): CliCommand {
  return {
    name,
    summary,
    options: { ...PROJECTION_OPTIONS, ...REQUESTER_OPTIONS, ...(wait === undefined ? {} : WAIT_OPTIONS), ...JSON_OPTION },
    run: async (context) => {
      const given = new Given(context.options);
      const withinMs = given.milliseconds('within', WAIT_MS);
      const requester = requesterOf(given);
      const found = await oneProjection(context, given);
      await new PostgresProjectionControl(context.database()).act(found, name, requester);
      const asked = await look(context, found);
      const isJson = given.flag('json');
      if (!isJson) context.print(done(asked));
      const quiet: CliContext = isJson ? { ...context, print: () => undefined } : context;
      const isWell = !given.flag('wait') || wait === undefined || (await wait(quiet, asked, withinMs));
      if (isJson) context.print(toJson(surveyJson(await look(context, found))));
      return isWell ? 0 : 1;
    },
  };
}

async function look(context: CliContext, { name, version }: ProjectionSurvey): Promise<ProjectionSurvey> {
  const [found] = await surveyProjections(context.database(), { name, version });
  return found as ProjectionSurvey;
}

function nameOf({ name, version }: ProjectionSurvey): string {
  return `${name} v${version}`;
}
