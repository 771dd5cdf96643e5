import { unlessPassed } from '../projection/rebuild-progress.js';
import type { ProjectionFailure } from '../contracts/projection-control.js';
import type { ProjectionAction } from '../contracts/projection-journal.js';
import type { ProjectionSurvey } from '../postgres/projection/projection-survey.js';
import { rebuildOf, stateOf } from './projection-state.js';

type Json = Readonly<Record<string, unknown>>;

export function surveyJson(survey: ProjectionSurvey): Json {
  const { name, version, position, latest, waiting, runner, built, skipped, views, types, paused } = survey;
  const failure = unlessPassed(survey.failure, survey.position);
  const rebuild = rebuildOf(survey);
  return {
    ...{ name, version, state: stateOf(survey), position: position ?? null, latest, waiting, runner: runner ?? null, built, skipped },
    ...{ views: views.map((view) => view.name), types },
    ...(paused === undefined ? {} : { paused: timed(paused) }),
    ...(failure === undefined ? {} : { failure: failureJson(failure) }),
    ...(rebuild === undefined
      ? {}
      : {
          rebuild: {
            ...timed(rebuild),
            runner: survey.rebuildRunner ?? null,
            ...(rebuild.failure === undefined ? {} : { failure: failureJson(rebuild.failure) }),
          },
        }),
  };
}

export function failureJson(failure: ProjectionFailure): Json {
  return timed(failure);
}

export function actionJson(action: ProjectionAction): Json {
  return timed(action);
}

function timed<T extends { readonly at: number }>({ at, ...rest }: T): Json {
  return { ...rest, at: new Date(at).toISOString() };
}
