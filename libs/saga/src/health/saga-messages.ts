import { short } from '@minos/postgres';
import type { SagaInstance, StepRecord } from '../contracts/saga-instance.js';
import type { SagaChange } from '../engine/saga-change.js';

/** What is said once when an instance is left to an operator; `undefined` for every other change. */
export function parkedMessage({ before, after }: SagaChange): string | undefined {
  const { parked } = after;
  return before.parked !== undefined || parked === undefined ? undefined : describe(after, parked);
}

/** From so many tries of a step on it is told of, and again whenever they have doubled. */
const MANY_TRIES = 5;

/** What is said now and then of a step that is tried again and again; `undefined` for every other change. */
export function retriedMessage({ before, after }: SagaChange): string | undefined {
  for (const [step, record] of Object.entries(after.steps)) {
    const tries = triesOf(record);
    if (tries > triesOf(before.steps[step]) && isNoteworthy(tries)) {
      const { name, id } = after;
      const what = record.undo === undefined ? 'tried' : 'tried to take back';
      return `The saga ${name} ${id} has ${what} its step ${step} ${tries} times, and goes on. Look at it: npx minos sagas show --id ${id}`;
    }
  }
  return undefined;
}

function triesOf({ attempt, undo }: Partial<StepRecord> = {}): number {
  return (undo?.attempt ?? attempt)?.number ?? 0;
}

function isNoteworthy(tries: number): boolean {
  const doublings = Math.log2(tries / MANY_TRIES);
  return doublings >= 0 && Number.isInteger(doublings);
}

/** What is said once at the start of a process; `undefined` where nothing waits. */
export function waitingMessage(parked: number): string | undefined {
  if (parked === 0) return undefined;
  const many = parked === 1 ? 'A saga waits' : `${parked} sagas wait`;
  return `${many} for an operator. Look at them: npx minos sagas list --status parked`;
}

function describe({ name, id }: SagaInstance, { step, reason }: NonNullable<SagaInstance['parked']>): string {
  return `The saga ${name} ${id} waits for an operator at its step ${step}: ${short(reason, 500)}. Look at it: npx minos sagas show --id ${id}`;
}
