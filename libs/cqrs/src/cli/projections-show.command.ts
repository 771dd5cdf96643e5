import { type CliCommand, Given, isoTime, JSON_OPTION, printable, printableLines, short, toJson } from '@minos/postgres';
import type { ProjectionFailure, ProjectionRequest } from '../contracts/projection-control.js';
import { PostgresProjectionJournal } from '../postgres/projection/postgres-projection-journal.js';
import type { ProjectionSurvey } from '../postgres/projection/projection-survey.js';
import { unlessPassed } from '../projection/rebuild-progress.js';
import { failureJson, surveyJson } from './projection-json.js';
import { progressText, rebuildOf, stateOf, waitingText } from './projection-state.js';
import { oneProjection, PROJECTION_OPTIONS } from './which-projection.js';

const SHOWN = 10;

export const PROJECTIONS_SHOW: CliCommand = {
  name: 'show',
  summary: 'show one projection: where it stands, what it stopped at, which events it skipped',
  options: { ...PROJECTION_OPTIONS, ...JSON_OPTION },
  run: async (context) => {
    const given = new Given(context.options);
    const survey = await oneProjection(context, given);
    const skips = await new PostgresProjectionJournal(context.database()).skips(survey, SHOWN);
    if (given.flag('json')) context.print(toJson({ ...surveyJson(survey), skips: skips.map(failureJson) }));
    else
      [...placeLines(survey), ...failureLines('stopped', failureOf(survey)), ...rebuildLines(survey), ...skipLines(survey, skips)].forEach(
        context.print,
      );
    return 0;
  },
};

function failureOf({ failure, position }: ProjectionSurvey): ProjectionFailure | undefined {
  return unlessPassed(failure, position);
}

function placeLines(survey: ProjectionSurvey): string[] {
  const { name, version, position, latest, runner, views, types, paused } = survey;
  return [
    `${printable(name)} v${version}: ${stateOf(survey)}`,
    row('position', `${position ?? 0} of ${latest}; events that wait: ${waitingText(survey)}`),
    row('runner', runner === undefined ? 'none' : printable(runner)),
    row('views', views.map((view) => `minos_views.${view.name}`).join(', ') || 'none'),
    row('events', types.map(printable).join(', ')),
    ...(paused === undefined ? [] : [row('paused', requestText(paused))]),
  ];
}

/** Which event, what it threw, and the stack. */
export function failureLines(label: string, failure: ProjectionFailure | undefined): string[] {
  if (failure === undefined) return [];
  const { type, eventId, stream, streamVersion, position, attempts, at, error } = failure;
  const code = error.code === undefined ? '' : `${error.code}: `;
  return [
    row(label, `before ${printable(type)} ${eventId} at position ${position} (${printable(stream)}, version ${streamVersion}),`),
    row('', `after ${attempts} attempts, at ${isoTime(at)}: ${printable(code)}${short(error.message, 200)}`),
    ...printableLines(error.stack ?? '')
      .slice(1)
      .map((line) => row('', line.trimEnd())),
  ];
}

function rebuildLines(survey: ProjectionSurvey): string[] {
  const rebuild = rebuildOf(survey);
  if (rebuild === undefined) return [];
  const place = `${rebuild.done} of ${rebuild.total}`;
  return [
    row('rebuild', `${progressText(rebuild)} (${place}), asked for ${requestText(rebuild)}`),
    row('', `runner: ${printable(survey.rebuildRunner ?? 'none')}`),
    ...failureLines('', rebuild.failure),
  ];
}

function skipLines({ skipped }: ProjectionSurvey, skips: readonly ProjectionFailure[]): string[] {
  if (skipped === 0) return [];
  const others = skipped > skips.length ? [row('', `and ${skipped - skips.length} before them`)] : [];
  return [
    ...skips.map(({ position, type, stream, error }, place) =>
      row(place === 0 ? 'skipped' : '', `${position} ${printable(type)} (${printable(stream)}): ${short(error.message, 120)}`),
    ),
    ...others,
  ];
}

function requestText({ by, reason, at }: ProjectionRequest): string {
  return `by ${printable(by)} at ${isoTime(at)}${reason === undefined ? '' : `, because "${short(reason)}"`}`;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(9)} ${text}`;
}
