import { copyJson, type JsonValue } from '@minos/common';
import type { StepOutcome, StepRecord, StepStatus } from '../contracts/saga-instance.js';
import { type StepNode, stepsOf } from '../definition/plan.js';
import {
  SagaInputRefusedError,
  SagaOperationRefusedError,
  SagaStepNotOpenError,
  SagaStepUnknownError,
} from '../errors/saga-operation.errors.js';
import { beginUndo } from './backward.js';
import { beginStep } from './begin-step.js';
import { type Draft, messageOf, STATE_LIMITS } from './draft.js';
import { timeless } from './settle-step.js';

/** What an operation is about: a step that has not come to its outcome, or its compensation. */
type OpenStep =
  | { readonly step: StepNode; readonly isUndo: false; readonly record: StepRecord | undefined }
  | { readonly step: StepNode; readonly isUndo: true; readonly record: StepRecord };

const OPEN: readonly StepStatus[] = ['waiting', 'answered', 'pausing'];
const TAKEN: readonly StepStatus[] = ['done', 'unknown'];

/** A new command with an id of its own, and as many tries as the policy allows. */
export function retryStep(draft: Draft, name: string): void {
  const { step, isUndo, record } = openStep(draft, name);
  if (!isUndo) refuseRetry(draft, step, record);
  draft.parked = undefined;
  if (isUndo) beginUndo(draft, { step, record });
  else beginStep(draft, step);
}

/**
 * A step for which an output is given is done. Without one it is passed, unless its command may be handled: then it is done without a reply, so that it is taken back where the
 * saga turns round later. A compensation that is skipped is left as it is.
 */
export function skipStep(draft: Draft, name: string, output: JsonValue | undefined): void {
  const { step, isUndo, record } = openStep(draft, name);
  if (isUndo) {
    if (output !== undefined)
      throw new SagaInputRefusedError(`The compensation of ${name} is skipped, which has no output. Leave the output out.`);
    draft.set(name, { ...record, undo: { status: 'kept' } });
  } else {
    const state = output === undefined ? draft.state : stateAfter(draft, step, output);
    const kept = record === undefined ? {} : timeless(record);
    draft.settle(name, { ...kept, ...standIn(draft, record, output) });
    draft.state = state;
  }
  draft.parked = undefined;
}

function openStep(draft: Draft, name: string): OpenStep {
  const step = draft.stepNamed(name);
  const { parked, phase } = draft;
  if (step === undefined) throw unknownStep(draft, name);
  const isHere = parked?.step === name;
  if (parked !== undefined && !isHere) throw parkedElsewhere(name, parked.step);
  const record = draft.steps[name];
  if (record === undefined ? isHere : OPEN.includes(record.status)) return { step, isUndo: false, record };
  if (record !== undefined && phase === 'compensating' && isUndoOpen(record, isHere)) return { step, isUndo: true, record };
  throw notOpen(name, record);
}

function isUndoOpen({ status, undo }: StepRecord, isHere: boolean): boolean {
  if (!TAKEN.includes(status)) return false;
  return undo === undefined ? isHere : undo.status === 'waiting' || undo.status === 'pausing';
}

function refuseRetry({ phase }: Draft, { name, action }: StepNode, record: StepRecord | undefined): void {
  if (phase === 'compensating')
    throw new SagaOperationRefusedError(
      `The saga goes back, and only waits for what becomes of ${name}. Skip the step, or resume the saga.`,
    );
  if (record?.status === 'answered' && hasReply(record))
    throw new SagaOperationRefusedError(
      `The step ${name} was answered, and the plan could not take the answer in: another command would do it twice. Resume the saga once the plan is corrected, or skip the step with an output.`,
    );
  if (action === 'saga' && record?.status === 'waiting')
    throw new SagaOperationRefusedError(
      `The step ${name} waits for the saga ${record.attempt?.request ?? ''}, which goes on. Work on that one, or skip the step.`,
    );
}

/** What the plan makes of an output in the place of a reply. Throws `SAGA_INPUT_REFUSED`. */
export function stateAfter({ state, before }: Draft, { name, onReply }: StepNode, output: JsonValue): JsonValue {
  try {
    const reply = copyJson(output, STATE_LIMITS, { message: `the output of ${name}` });
    return onReply === undefined
      ? state
      : copyJson(onReply(state as never, reply as never), STATE_LIMITS, { message: `the state of ${before.name}` });
  } catch (error) {
    throw new SagaInputRefusedError(
      `The step ${name} can not go on with this output: ${messageOf(error)}. Give what its command answers with.`,
      {
        step: name,
      },
    );
  }
}

function standIn(
  { phase }: Draft,
  record: StepRecord | undefined,
  output: JsonValue | undefined,
): { status: StepStatus; outcome?: StepOutcome } {
  if (output !== undefined) return { status: 'done', outcome: { result: output } };
  const isForward = phase === 'running';
  if (hasReply(record)) return { status: 'done' };
  const mayHappen = record?.status === 'waiting' && record.attempt?.local !== true;
  if (mayHappen) return { status: isForward ? 'done' : 'unknown' };
  return { status: isForward ? 'passed' : 'rejected' };
}

function hasReply(record: StepRecord | undefined): boolean {
  return record?.outcome !== undefined && 'result' in record.outcome;
}

function unknownStep({ plan, before }: Draft, name: string): SagaStepUnknownError {
  const steps = stepsOf(plan.nodes).map((step) => step.name);
  return new SagaStepUnknownError(`${before.name} has no step "${name}". Its steps are: ${steps.join(', ')}.`, { step: name, steps });
}

function parkedElsewhere(name: string, step: string): SagaOperationRefusedError {
  return new SagaOperationRefusedError(
    `The saga is parked at ${step}, not at ${name}. See to that first: retry or skip ${step}, or resume the saga.`,
    { step },
  );
}

function notOpen(name: string, record: StepRecord | undefined): SagaStepNotOpenError {
  const found =
    record === undefined ? 'has not begun' : `is ${record.undo === undefined ? record.status : `taken back (${record.undo.status})`}`;
  return new SagaStepNotOpenError(`The step ${name} ${found}, so it waits for nothing. "show" tells what the saga waits for.`, {
    step: name,
  });
}
