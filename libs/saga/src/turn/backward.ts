import type { Attempt, StepRecord, UndoRecord } from '../contracts/saga-instance.js';
import { type CompensationPlan, type StepNode, stepsOf } from '../definition/plan.js';
import { makeCommand } from './begin-step.js';
import { type Draft, short } from './draft.js';
import { pauseAfter } from './policies.js';
import { settleStep, timeless } from './settle-step.js';

/** What compensation still has to look at. */
interface Taken {
  readonly step: StepNode;
  readonly record: StepRecord;
}

/** Takes back, one after the other, what was done or may have been, the last outcome first; but only once nothing of the way forward is under way. */
export function goBack(draft: Draft): void {
  while (draft.phase === 'compensating' && draft.parked === undefined) {
    if (!isQuiet(draft)) return;
    const next = lastTaken(draft);
    if (next === undefined) return end(draft);
    if (next.record.undo !== undefined) return;
    beginUndo(draft, next);
    if (draft.steps[next.step.name]?.undo?.status === 'waiting') return;
  }
}

/** Answers that are there are taken in; what never began does not begin any more. */
function isQuiet(draft: Draft): boolean {
  for (const step of stepsOf(draft.plan.nodes)) {
    const record = draft.steps[step.name];
    if (record !== undefined) quieten(draft, step, record);
  }
  const isOpen = ({ status }: StepRecord): boolean => ['waiting', 'answered', 'pausing'].includes(status);
  return draft.parked === undefined && !Object.values(draft.steps).some(isOpen);
}

function quieten(draft: Draft, step: StepNode, record: StepRecord): void {
  switch (record.status) {
    case 'answered':
      return settleStep(draft, step, record);
    case 'pausing':
      return draft.settle(step.name, { ...timeless(record), status: 'rejected' });
    case 'waiting':
      if (step.action === 'local') draft.settle(step.name, { ...timeless(record), status: 'rejected' });
      else if (draft.cancelled && !isEndAwaited(step)) draft.settle(step.name, { ...timeless(record), status: 'unknown' });
      return;
    default:
  }
}

/** Another saga that has a command to be taken back with ends first: it may still do what that takes back. */
export function isEndAwaited({ action, compensation }: StepNode): boolean {
  return action === 'saga' && compensation !== undefined;
}

function lastTaken(draft: Draft): Taken | undefined {
  const taken = stepsOf(draft.plan.nodes)
    .map((step) => ({ step, record: draft.steps[step.name] }))
    .filter((one): one is Taken => one.record !== undefined && ['done', 'unknown'].includes(one.record.status))
    .filter(({ record: { undo } }) => undo?.status !== 'done' && undo?.status !== 'kept');
  return taken.reduce<Taken | undefined>(
    (last, one) => (last === undefined || one.record.order > last.record.order ? one : last),
    undefined,
  );
}

/** Begins to take a step back, or tries it again with a command of its own. */
export function beginUndo(draft: Draft, taken: Taken, number = 1): void {
  const { step, record } = taken;
  const { name, compensation } = step;
  if (step.action === 'saga' && compensation === undefined) return beginChildUndo(draft, taken, number);
  if (compensation === undefined || compensation === 'none') return draft.set(name, { ...record, undo: { status: 'kept' } });
  beginOwnUndo(draft, taken, compensation, number);
}

function beginOwnUndo(draft: Draft, { step, record }: Taken, compensation: CompensationPlan, number: number): void {
  const { name } = step;
  const request = draft.ports.newId();
  // The key of the step keeps the two in order at whoever handles them.
  const key = record.attempt?.key ? { key: record.attempt.key } : {};
  const as = { step: name, request, ...key, local: step.action === 'local' };
  const made = draft.guarded(name, 'The compensation', () => makeCommand(draft, () => undoCommand(draft, compensation, record), as));
  if (made === undefined) return;
  const { message } = made;
  const attempt: Attempt =
    message === undefined
      ? { request, command: made.name, key: '', local: true, number, dueAt: draft.now }
      : { request, command: made.name, key: message.key, number, dueAt: draft.now + compensation.timeoutMs };
  draft.set(name, { ...record, undo: { status: 'waiting', attempt } });
  if (message === undefined) return;
  draft.sends.push(message);
  draft.note('undo-sent', name, { command: made.name, request, attempt: number });
}

/** Lets the saga that was the step take itself back; it may take as long as it takes, so no time is set. */
function beginChildUndo(draft: Draft, { step: { name }, record }: Taken, number: number): void {
  const { request: child = '', command = '' } = record.attempt ?? {};
  const request = draft.ports.newId();
  draft.childUndos.push({ child, request });
  draft.set(name, { ...record, undo: { status: 'waiting', attempt: { request, command, key: '', number } } });
  draft.note('undo-sent', name, { saga: command, request, attempt: number });
}

/** Sends a compensation again that was not answered in time, as often as its policy allows. */
export function undoAgain(draft: Draft, { step, record }: Taken, compensation: CompensationPlan, attempt: Attempt): void {
  const { name } = step;
  if (attempt.number >= compensation.retry.times)
    return draft.park(name, `its compensation was not answered in ${attempt.number} tries of ${compensation.timeoutMs} ms`);
  const { request, key } = attempt;
  const make = (): object => undoCommand(draft, compensation, record);
  const made = draft.guarded(name, 'The compensation', () => makeCommand(draft, make, { step: name, request, key, again: true }));
  if (made?.message === undefined) return;
  const next: Attempt = { ...attempt, number: attempt.number + 1, dueAt: draft.now + compensation.timeoutMs };
  draft.set(name, { ...record, undo: { status: 'waiting', attempt: next } });
  draft.sends.push(made.message);
  draft.note('retried', name, { request, attempt: next.number });
}

/** The compensation was refused or threw: it is tried again after a pause, and at last an operator is waited for. */
export function undoFailed(draft: Draft, { step, record }: Taken, undo: UndoRecord, reason: string): void {
  const { compensation, name } = step;
  const { attempt } = undo;
  if (attempt === undefined || compensation === 'none') return;
  const fault = short(reason);
  draft.note('failed', name, { request: attempt.request, reason: fault });
  const paused = { ...undo, status: 'pausing' as const, fault };
  if (compensation === undefined || attempt.number >= compensation.retry.times) {
    draft.set(name, { ...record, undo: { ...paused, attempt: { ...attempt, dueAt: draft.now } } });
    return draft.park(name, `its compensation failed ${attempt.number} times, at last: ${reason}`);
  }
  const dueAt = draft.now + pauseAfter(attempt.number, compensation.retry);
  draft.set(name, { ...record, undo: { ...paused, attempt: { ...attempt, dueAt } } });
}

export function undoCommandOf(draft: Draft, { compensation }: StepNode, record: StepRecord): object | undefined {
  return compensation === undefined || compensation === 'none' ? undefined : undoCommand(draft, compensation, record);
}

function undoCommand({ state }: Draft, { make }: CompensationPlan, { outcome }: StepRecord): object {
  const reply = outcome !== undefined && 'result' in outcome ? outcome.result : undefined;
  return make(state as never, reply as never);
}

function end(draft: Draft): void {
  draft.phase = 'compensated';
  draft.note('compensated');
  draft.tell('onCompensated', draft.plan.hooks.compensated);
  const { parent, before, state } = draft;
  if (parent?.undo !== undefined) return draft.tellParent({ result: state }, parent.undo);
  draft.tellParent({ rejection: { code: 'saga.compensated', message: `The saga ${before.name} was compensated`, details: { state } } });
}
