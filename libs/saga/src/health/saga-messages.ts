import { short } from '@minos/postgres';
import type { SagaInstance } from '../contracts/saga-instance.js';
import type { SagaChange } from '../engine/saga-change.js';

/** What is said once when an instance is left to an operator; `undefined` for every other change. */
export function parkedMessage({ before, after }: SagaChange): string | undefined {
  const { parked } = after;
  return before.parked !== undefined || parked === undefined ? undefined : describe(after, parked);
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
