import type { Attempt, SagaInstance, StepRecord, UndoRecord } from '../contracts/saga-instance.js';
import { type StepNode, stepsOf } from '../definition/plan.js';
import { beginUndo, isEndAwaited, undoAgain } from './backward.js';
import { beginStep, sendAgain } from './begin-step.js';
import type { Draft } from './draft.js';
import { DEFAULT_RETRY, timeoutOf } from './policies.js';
import { timeless } from './settle-step.js';

/** So long a local command is left to the process that made it due, in milliseconds; then another takes it over. */
const TAKE_OVER_MS = 2_000;

/** Does what is due. A timer that was due several times while nothing ran fires once. */
export function fireTimers(draft: Draft): void {
  for (const step of stepsOf(draft.plan.nodes)) {
    // Once an operator is waited for, the others stay due until the instance goes on.
    if (draft.parked !== undefined) return;
    const record = draft.steps[step.name];
    if (record === undefined) continue;
    if (isDue(draft, record.undo?.attempt)) fireUndo(draft, step, record);
    else if (isDue(draft, record.attempt)) fireStep(draft, step, record);
  }
}

/** When something of an instance is due next; nothing of one that has ended or is parked. */
export function wakeTime({ phase, parked, steps }: Pick<SagaInstance, 'phase' | 'parked' | 'steps'>): number | undefined {
  if (parked !== undefined || phase === 'completed' || phase === 'compensated') return undefined;
  const times = Object.values(steps).flatMap((record) => [record, record.undo].flatMap(wakeOf));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** A local command that is to run is left to its process for a while; a pause is over when it is over. */
function wakeOf(one: StepRecord | UndoRecord | undefined): number[] {
  const { local, dueAt } = one?.attempt ?? {};
  if (dueAt === undefined) return [];
  return [local && one?.status === 'waiting' ? dueAt + TAKE_OVER_MS : dueAt];
}

function isDue({ now }: Draft, attempt: Attempt | undefined): attempt is Attempt {
  return attempt?.dueAt !== undefined && attempt.dueAt <= now;
}

function fireStep(draft: Draft, step: StepNode, record: StepRecord): void {
  const { attempt } = record;
  if (attempt === undefined) return;
  if (record.status === 'pausing' && draft.runs) {
    draft.note('retried', step.name, { attempt: attempt.number + 1 });
    beginStep(draft, step, attempt.number + 1);
  } else if (record.status === 'waiting' && step.action !== 'local') timeOut(draft, step, record, attempt);
}

function timeOut(draft: Draft, step: StepNode, record: StepRecord, attempt: Attempt): void {
  const { afterMs, then } = timeoutOf(step, draft.isForward);
  const isForward = draft.isForward || step.pivot;
  draft.note('timed-out', step.name, { request: attempt.request, afterMs });
  const canRetry = attempt.number < (step.retry ?? DEFAULT_RETRY).times && step.action === 'remote';
  if (draft.phase === 'running' && then === 'retry' && canRetry) return sendAgain(draft, step, attempt);
  if (draft.phase === 'running' && (then === 'park' || isForward)) {
    draft.set(step.name, timeless(record));
    return draft.park(step.name, `not answered within ${afterMs} ms, ${attempt.number} times`);
  }
  giveUpOn(draft, step, record, attempt);
  draft.turnBack(step.name, `not answered within ${afterMs} ms`);
}

/** What takes another saga back may not run while that still goes on: it is cancelled, and its end is waited for without a time. */
function giveUpOn(draft: Draft, step: StepNode, record: StepRecord, { request }: Attempt): void {
  if (!isEndAwaited(step)) return draft.settle(step.name, { ...timeless(record), status: 'unknown' });
  draft.set(step.name, timeless(record));
  draft.cancels.push(request);
}

function fireUndo(draft: Draft, step: StepNode, record: StepRecord): void {
  const { undo } = record;
  const { compensation } = step;
  if (undo?.attempt === undefined || compensation === 'none') return;
  if (undo.status === 'pausing') beginUndo(draft, { step, record }, undo.attempt.number + 1);
  else if (undo.status === 'waiting' && compensation !== undefined && step.action !== 'local')
    undoAgain(draft, { step, record }, compensation, undo.attempt);
}
