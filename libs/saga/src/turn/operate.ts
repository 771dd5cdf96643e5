import { copyJson, type JsonValue } from '@minos/common';
import { hasEnded } from '../contracts/saga-instance.js';
import type { SagaOperation } from '../contracts/saga-operation.js';
import { stepsOf } from '../definition/plan.js';
import {
  SagaChangedError,
  SagaEndedError,
  SagaInputRefusedError,
  SagaOperationRefusedError,
  SagaPastPivotError,
} from '../errors/saga-operation.errors.js';
import { type Draft, messageOf, STATE_LIMITS } from './draft.js';
import { giveUp } from './give-up.js';
import { retryStep, skipStep } from './operate-step.js';
import { resume } from './resume.js';

/** Does what is asked. Throws one of the errors of operations where it can not be done; nothing has changed then. */
export function operate(draft: Draft, operation: SagaOperation): void {
  if (hasEnded(draft))
    throw new SagaEndedError(`The saga has ended (${draft.phase}): nothing can be done with it any more.`, { phase: draft.phase });
  switch (operation.kind) {
    case 'retry':
      return retryStep(draft, operation.step);
    case 'skip':
      return skipStep(draft, operation.step, operation.output);
    case 'edit':
      return edit(draft, operation.state, operation.revision);
    case 'compensate':
      return compensate(draft);
    case 'cancel':
      return cancel(draft);
    case 'resume':
      return resume(draft);
  }
}

function edit(draft: Draft, state: JsonValue, revision: number | undefined): void {
  if (revision === undefined) demandParked(draft);
  else demandRevision(draft, revision);
  const [found, given] = [kindOf(draft.state), kindOf(state)];
  if (found !== given)
    throw new SagaInputRefusedError(`The state is ${found}, and ${given} was given. Give the whole state, as "show" prints it.`);
  try {
    draft.state = copyJson(state, STATE_LIMITS, { message: `the state of ${draft.before.name}` });
  } catch (error) {
    throw new SagaInputRefusedError(messageOf(error));
  }
}

function demandParked({ parked, before: { revision } }: Draft): void {
  if (parked !== undefined) return;
  throw new SagaOperationRefusedError(
    `The saga is not parked, so it may go on while its state is edited. Give the revision that the edit was made of; it is ${revision} now.`,
    { revision },
  );
}

/** What this turn has taken in before is not in the revision. */
function demandRevision({ before, journal }: Draft, revision: number): void {
  if (revision === before.revision && journal.length === 0) return;
  throw new SagaChangedError(
    `The edit was made of revision ${revision}, and the saga has gone on (revision ${before.revision}). Look at its state again, and edit that.`,
    { revision: before.revision },
  );
}

function compensate(draft: Draft): void {
  if (draft.phase === 'compensating') {
    const next = draft.parked === undefined ? 'wait for it' : 'resume it, or retry or skip the compensation at which it is parked';
    throw new SagaOperationRefusedError(`The saga is compensating already: ${next}.`);
  }
  turnRound(draft, 'an operator asked for it');
}

/** One that goes back already does what is wanted. */
function cancel(draft: Draft): void {
  if (draft.phase === 'compensating') return;
  const begun = stepsOf(draft.plan.nodes).find(({ name, pivot }) => pivot && draft.steps[name] !== undefined);
  if (begun !== undefined) {
    throw new SagaPastPivotError(
      `The step ${begun.name} has begun, which is the pivot: the saga only goes forward. An operator can force it back ("compensate"), where that is right for what was done since.`,
      { step: begun.name },
    );
  }
  turnRound(draft, 'it was cancelled');
}

function turnRound(draft: Draft, reason: string): void {
  giveUp(draft);
  draft.turnBack(undefined, reason);
}

function kindOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
