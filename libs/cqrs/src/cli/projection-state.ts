import { unlessPassed, type ProjectionRebuildStatus, rebuildStatus } from '../projection/rebuild-progress.js';
import { MOST_WAITING } from '../postgres/projection/projection-survey.sql.js';
import type { ProjectionSurvey } from '../postgres/projection/projection-survey.js';

export type ProjectionState = 'paused' | 'failed' | 'stopped' | 'running' | 'idle';

/** What it does, as far as the database tells: `stopped` where no process runs it. */
export function stateOf(survey: ProjectionSurvey): ProjectionState {
  if (survey.paused !== undefined) return 'paused';
  if (unlessPassed(survey.failure, survey.position) !== undefined) return 'failed';
  if (survey.runner === undefined) return 'stopped';
  return survey.waiting > 0 ? 'running' : 'idle';
}

export function rebuildOf({ rebuild, rebuildPosition, latest, now }: ProjectionSurvey): ProjectionRebuildStatus | undefined {
  return rebuild && rebuildStatus(rebuild, { reached: rebuildPosition, latest, now });
}

export function waitingText({ waiting }: ProjectionSurvey): string {
  return waiting < MOST_WAITING ? String(waiting) : `${MOST_WAITING} or more`;
}

/** `#2 45 %, 12,000/s, 80 s left` */
export function progressText({ number, done, total, perSecond, secondsLeft, failure }: ProjectionRebuildStatus): string {
  if (failure !== undefined) return `#${number} failed before ${failure.position}`;
  const percent = total === 0 ? 0 : Math.floor((done / total) * 100);
  const rate = perSecond === undefined ? '' : `, ${Math.round(perSecond).toLocaleString('en-GB')}/s`;
  const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
  return `#${number} ${percent} %${rate}${left}`;
}
