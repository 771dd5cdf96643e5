import { type Attempt, hasEnded, type SagaInstance, type StepRecord, type UndoRecord } from '../contracts/saga-instance.js';
import type { SagaWait } from '../contracts/saga-operation.js';

type Waiting = Pick<SagaInstance, 'phase' | 'parked' | 'steps'>;

/** What an instance waits for, as its record tells: the operator first. While it is parked no timer fires. */
export function waitsOf(instance: Waiting): readonly SagaWait[] {
  const { parked, steps } = instance;
  if (hasEnded(instance)) return [];
  const rest = Object.entries(steps).flatMap(([step, record]) => [
    ...waitOf(step, record, parked !== undefined),
    ...(record.undo === undefined ? [] : waitOf(step, record.undo, parked !== undefined).map((wait) => ({ ...wait, undo: true as const }))),
  ]);
  return parked === undefined ? rest : [{ step: parked.step, for: 'operator', reason: parked.reason }, ...rest];
}

function waitOf(step: string, { status, attempt, fault }: StepRecord | UndoRecord, isParked: boolean): SagaWait[] {
  if (attempt === undefined || (status !== 'waiting' && status !== 'pausing')) return [];
  const { command, request, number, dueAt } = attempt;
  return [
    {
      ...{ step, for: status === 'pausing' ? 'pause' : whatFor(attempt), command, request, attempt: number },
      ...(dueAt === undefined || isParked ? {} : { dueAt }),
      ...(fault === undefined ? {} : { reason: fault }),
    },
  ];
}

/** Nothing was sent for another saga, so there is no key. */
function whatFor({ local, key }: Attempt): SagaWait['for'] {
  if (local) return 'local';
  return key === '' ? 'saga' : 'answer';
}
