import { setTimeout as pause } from 'node:timers/promises';
import type { CliContext } from '@minos/postgres';
import { PostgresProjectionJournal } from '../postgres/projection/postgres-projection-journal.js';
import { type ProjectionSurvey, surveyProjections } from '../postgres/projection/projection-survey.js';
import { progressText, rebuildOf, stateOf, waitingText } from './projection-state.js';
import { failureLines } from './projections-show.command.js';

const LOOK_MS = 500;

type Verdict = { readonly well: boolean; readonly lines: readonly string[] };
/** A verdict ends the wait; a text is the progress. */
type Look = (survey: ProjectionSurvey) => Verdict | string | Promise<Verdict | string>;

/** Until what the rebuild made is served. */
export function waitForRebuild(context: CliContext, asked: ProjectionSurvey, withinMs: number): Promise<boolean> {
  const number = asked.rebuild?.number;
  return wait(context, asked, withinMs, async (survey) => {
    const rebuild = survey.rebuild?.number === number ? rebuildOf(survey) : undefined;
    if (rebuild === undefined) return ending(context, asked, number);
    if (rebuild.failure !== undefined)
      return { well: false, lines: ['The rebuild has failed; what is served stays.', ...failureLines('stopped', rebuild.failure)] };
    return progressText(rebuild);
  });
}

/** Until no event waits. */
export function waitUntilCaughtUp(context: CliContext, asked: ProjectionSurvey, withinMs: number): Promise<boolean> {
  const before = asked.failure?.at;
  return wait(context, asked, withinMs, (survey) => {
    const isFailed = stateOf(survey) === 'failed' && survey.failure?.at !== before;
    if (isFailed) return { well: false, lines: ['It has failed again.', ...failureLines('stopped', survey.failure)] };
    if (survey.waiting === 0 && survey.paused === undefined) return { well: true, lines: ['No event waits.'] };
    return `${stateOf(survey)}, events that wait: ${waitingText(survey)}`;
  });
}

async function ending(context: CliContext, asked: ProjectionSurvey, number: number | undefined): Promise<Verdict> {
  const actions = await new PostgresProjectionJournal(context.database()).audit(asked, 1_000);
  const well = actions.some(({ action, rebuild }) => action === 'rebuilt' && rebuild === number);
  return { well, lines: [well ? `Rebuild #${number} is served.` : `Rebuild #${number} was cancelled.`] };
}

async function wait(context: CliContext, { name, version }: ProjectionSurvey, withinMs: number, look: Look): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (let said = ''; ;) {
    const [survey] = await surveyProjections(context.database(), { name, version });
    const found = survey === undefined ? { well: false, lines: ['The projection is gone.'] } : await look(survey);
    if (typeof found !== 'string') {
      found.lines.forEach(context.print);
      return found.well;
    }
    if (found !== said) context.print(found);
    said = found;
    if (performance.now() > deadline) {
      context.print('It did not end in time: is a process of the service running?');
      return false;
    }
    await pause(LOOK_MS);
  }
}
