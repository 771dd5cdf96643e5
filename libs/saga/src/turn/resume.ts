import type { StepRecord } from '../contracts/saga-instance.js';
import { type StepNode, stepsOf } from '../definition/plan.js';
import { SagaOperationRefusedError } from '../errors/saga-operation.errors.js';
import { beginUndo, undoAgain } from './backward.js';
import { beginStep, sendAgain } from './begin-step.js';
import type { Draft } from './draft.js';

/** Lets a parked instance go on where it stopped, with all its tries. Whatever may have been done is asked again with the id that it had. */
export function resume(draft: Draft): void {
  const { parked } = draft;
  if (parked === undefined)
    throw new SagaOperationRefusedError('The saga is not parked: it goes on by itself. "show" tells what it waits for.');
  draft.parked = undefined;
  for (const step of stepsOf(draft.plan.nodes)) {
    const record = draft.steps[step.name];
    if (record !== undefined && draft.parked === undefined) restart(draft, step, record, step.name === parked.step);
  }
}

function restart(draft: Draft, step: StepNode, record: StepRecord, wasParked: boolean): void {
  const { status, attempt } = record;
  if (wasParked && record.undo !== undefined) restartUndo(draft, step, record);
  else if (status === 'waiting' && (wasParked || attempt?.dueAt === undefined)) restartWaiting(draft, step, record);
  else if (wasParked && (status === 'pausing' || isRefused(draft, step, record))) beginStep(draft, step);
}

function restartWaiting(draft: Draft, step: StepNode, record: StepRecord): void {
  const { attempt } = record;
  if (step.action === 'local' || attempt === undefined) return beginStep(draft, step);
  if (step.action === 'remote') return sendAgain(draft, step, { ...attempt, number: 0 });
  if (step.timeout !== undefined) draft.set(step.name, { ...record, attempt: { ...attempt, dueAt: draft.now + step.timeout.afterMs } });
}

function restartUndo(draft: Draft, step: StepNode, record: StepRecord): void {
  const { compensation, action } = step;
  const { status, attempt } = record.undo ?? {};
  if (attempt === undefined || compensation === 'none') return;
  if (status === 'waiting' && compensation !== undefined && action !== 'local')
    undoAgain(draft, { step, record }, compensation, { ...attempt, number: 0 });
  else if (status === 'waiting' || status === 'pausing') beginUndo(draft, { step, record });
}

/** Behind the pivot a rejection is only worth another try; before it the plan is asked again what to make of the answer. */
function isRefused(draft: Draft, { rejections }: StepNode, { status, outcome }: StepRecord): boolean {
  if (status !== 'answered' || outcome === undefined || 'result' in outcome) return false;
  return draft.phase === 'running' && draft.isForward && rejections.get(outcome.rejection.code)?.then !== 'continue';
}
