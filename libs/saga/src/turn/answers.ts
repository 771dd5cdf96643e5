import type { Attempt, SagaInstance, StepOutcome, StepRecord, UndoRecord } from '../contracts/saga-instance.js';
import { type StepNode, stepsOf } from '../definition/plan.js';
import { undoFailed } from './backward.js';
import { type Draft, short } from './draft.js';
import { outcomeNote, timeless, tryAgain, untimed } from './settle-step.js';

/** What came back for a command. */
export interface SagaAnswer {
  readonly request: string;
  /** Durable name of the command that it answers. */
  readonly command: string;
  readonly outcome: StepOutcome;
}

/** `taken`; `late`: nobody waits for it any more; `refused`: it was never asked for, or answers another command. */
export type AnswerFate = 'taken' | 'late' | 'refused';

/** Matches an answer with what was asked. Late ones are noted, and counted where they tell of a step whose outcome was not known. */
export function takeAnswer(draft: Draft, answer: SagaAnswer): AnswerFate {
  const { request } = answer;
  for (const step of stepsOf(draft.plan.nodes)) {
    const record = draft.steps[step.name];
    if (record?.attempt?.request === request) return ofStep(draft, { step, record, attempt: record.attempt }, answer);
    if (record?.undo?.attempt?.request === request) return ofUndo(draft, { step, record, attempt: record.undo.attempt }, answer);
  }
  draft.noteStray('refused', undefined, { request: short(request), command: short(answer.command), reason: 'no step waits for it' });
  return 'refused';
}

/** Whether the instance asked for it, as its record tells; the plan is not needed. */
export function wasAsked({ steps }: Pick<SagaInstance, 'steps'>, { request }: SagaAnswer): boolean {
  return Object.values(steps).some(({ attempt, undo }) => attempt?.request === request || undo?.attempt?.request === request);
}

/** A local command threw something that is no rejection: nothing of it is stored. */
export function takeFault(draft: Draft, request: string, reason: string): void {
  for (const step of stepsOf(draft.plan.nodes)) {
    const record = draft.steps[step.name];
    if (record === undefined) continue;
    const { undo } = record;
    if (isWaitingFor(record, request)) {
      draft.note('failed', step.name, { request, reason: short(reason) });
      tryAgain(draft, step, record, reason);
    } else if (undo !== undefined && isWaitingFor(undo, request)) undoFailed(draft, { step, record }, undo, reason);
  }
}

function isWaitingFor({ status, attempt }: Pick<StepRecord | UndoRecord, 'status' | 'attempt'>, request: string): boolean {
  return status === 'waiting' && attempt?.request === request;
}

interface Matched {
  readonly step: StepNode;
  readonly record: StepRecord;
  readonly attempt: Attempt;
}

function ofStep(draft: Draft, { step, record, attempt }: Matched, { command, outcome, request }: SagaAnswer): AnswerFate {
  if (attempt.command !== command) return refuse(draft, step.name, attempt, command);
  if (record.status === 'waiting') {
    draft.note('result' in outcome ? 'replied' : 'rejected', step.name, outcomeNote(outcome, request));
    draft.set(step.name, { ...timeless(record), status: 'answered', outcome });
    // It was waited for.
    if (draft.parked?.step === step.name) draft.parked = undefined;
    return 'taken';
  }
  draft.noteStray('late', step.name, outcomeNote(outcome, request));
  if (record.status === 'unknown') learn(draft, step, record, outcome);
  return 'late';
}

/** What a step did that was given up: its compensation can know, unless it is on its way already. */
function learn(draft: Draft, { name }: StepNode, record: StepRecord, outcome: StepOutcome): void {
  const { undo } = record;
  if (undo !== undefined && undo.status !== 'pausing') return;
  if ('result' in outcome) return draft.set(name, { ...record, status: 'done', outcome });
  const { undo: _needless, ...rest } = record;
  draft.set(name, { ...rest, status: 'rejected', outcome });
  if (draft.phase === 'compensating' && draft.parked?.step === name) draft.parked = undefined;
}

function ofUndo(draft: Draft, { step, record, attempt }: Matched, { command, outcome, request }: SagaAnswer): AnswerFate {
  const { undo } = record;
  if (attempt.command !== command) return refuse(draft, step.name, attempt, command);
  // A rejection that is said twice, as the answer to a command that was sent twice, counts once.
  if (undo?.status !== 'waiting' && (undo?.status !== 'pausing' || 'rejection' in outcome)) {
    draft.noteStray('late', step.name, outcomeNote(outcome, request));
    return 'late';
  }
  if (draft.parked?.step === step.name) draft.parked = undefined;
  if ('result' in outcome) {
    draft.set(step.name, { ...record, undo: { status: 'done', attempt: untimed(attempt) } });
    draft.note('undone', step.name, { request });
  } else undoFailed(draft, { step, record }, undo, `${outcome.rejection.code}: ${outcome.rejection.message}`);
  return 'taken';
}

function refuse(draft: Draft, step: string, attempt: Attempt, command: string): AnswerFate {
  draft.noteStray('refused', step, { request: attempt.request, command: short(command), reason: `the step asked ${attempt.command}` });
  return 'refused';
}
