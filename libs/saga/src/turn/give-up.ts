import type { JsonValue } from '@minos/common';
import { stepsOf } from '../definition/plan.js';
import { isEndAwaited } from './backward.js';
import type { Draft } from './draft.js';
import { stateAfter } from './operate-step.js';
import { timeless } from './settle-step.js';

/**
 * Nobody waits for the way forward any more, also no operator. What is under way may happen, so it counts as done. Other sagas whose end is waited for are cancelled too.
 */
export function giveUp(draft: Draft): void {
  if (draft.parked !== undefined) settleParked(draft, draft.parked.step);
  draft.parked = undefined;
  draft.cancelled = true;
  for (const step of stepsOf(draft.plan.nodes)) {
    const { status, attempt } = draft.steps[step.name] ?? {};
    if (isEndAwaited(step) && status === 'waiting' && attempt !== undefined) draft.cancels.push(attempt.request);
  }
}

/** An answer that the plan can not take in keeps nothing from being taken back: the state stays then, and the compensation is given the reply. */
function settleParked(draft: Draft, name: string): void {
  const step = draft.stepNamed(name);
  const record = draft.steps[name];
  if (step === undefined || record?.status !== 'answered') return;
  const { outcome } = record;
  const isDone = outcome !== undefined && 'result' in outcome;
  if (isDone) draft.state = stateOr(draft.state, () => stateAfter(draft, step, outcome.result));
  draft.settle(name, { ...timeless(record), status: isDone ? 'done' : 'rejected' });
}

function stateOr(state: JsonValue, next: () => JsonValue): JsonValue {
  try {
    return next();
  } catch {
    return state;
  }
}
