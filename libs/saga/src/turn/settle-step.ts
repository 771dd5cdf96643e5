import { Rejection, type JsonObject } from '@minos/common';
import type { Attempt, StepOutcome, StepRecord } from '../contracts/saga-instance.js';
import type { StepNode } from '../definition/plan.js';
import { type Draft, short } from './draft.js';
import { DEFAULT_RETRY, pauseAfter } from './policies.js';

type Refused = Extract<StepOutcome, { readonly rejection: unknown }>;

/** Takes the answer of a step in. The record stays `answered` where a function of the plan throws: it is taken in again once an operator lets it go on. */
export function settleStep(draft: Draft, step: StepNode, record: StepRecord): void {
  const { outcome } = record;
  if (outcome === undefined) return;
  if ('result' in outcome) settleReply(draft, step, record, outcome.result);
  else settleRejection(draft, step, record, outcome);
}

function settleReply(draft: Draft, step: StepNode, record: StepRecord, result: unknown): void {
  const { onReply, name } = step;
  if (onReply !== undefined && !draft.changeState(name, 'onReply', () => onReply(draft.state as never, result as never))) return;
  draft.settle(name, { ...timeless(record), status: 'done' });
}

function settleRejection(draft: Draft, step: StepNode, record: StepRecord, { rejection }: Refused): void {
  const { name } = step;
  const { code, message, details = {} } = rejection;
  const plan = step.rejections.get(code);
  const goesOn = plan?.then === 'continue';
  if (!goesOn && draft.isForward && draft.phase === 'running') return tryAgain(draft, step, record, `${code}: ${message}`);
  const given = new Rejection(code, message, details);
  if (plan !== undefined && !draft.changeState(name, 'onRejection', () => plan.next(draft.state as never, given as never))) return;
  draft.settle(name, { ...timeless(record), status: goesOn ? 'passed' : 'rejected' });
  if (!goesOn) draft.turnBack(name, `${code}: ${message}`);
}

/** After a pause, with a command of its own, as often as the policy allows; then an operator is waited for. */
export function tryAgain(draft: Draft, step: StepNode, record: StepRecord, reason: string): void {
  const retry = step.retry ?? DEFAULT_RETRY;
  const number = record.attempt?.number ?? 1;
  if (record.attempt === undefined || number >= retry.times) return draft.park(step.name, `tried ${number} times, at last: ${reason}`);
  const dueAt = draft.now + pauseAfter(number, retry);
  draft.set(step.name, { status: 'pausing', order: 0, attempt: { ...record.attempt, dueAt }, fault: short(reason) });
}

/** What an outcome looks like in the journal: of a rejection the code, of a result nothing, since it may say much. */
export function outcomeNote(outcome: StepOutcome, request: string): JsonObject {
  return 'result' in outcome ? { request } : { request, code: short(outcome.rejection.code), message: short(outcome.rejection.message) };
}

/** Nothing is waited for any more. */
export function timeless({ attempt, ...record }: StepRecord): StepRecord {
  return attempt === undefined ? record : { ...record, attempt: untimed(attempt) };
}

/** Kept, so that an answer that comes again is known for what it is. */
export function untimed({ dueAt: _over, ...attempt }: Attempt): Attempt {
  return attempt;
}
