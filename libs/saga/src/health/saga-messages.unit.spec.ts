import type { SagaInstance, StepRecord } from '../contracts/saga-instance.js';
import type { SagaChange } from '../engine/saga-change.js';
import { retriedMessage } from './saga-messages.js';

const instance = (steps: Readonly<Record<string, Partial<StepRecord>>>): SagaInstance =>
  ({ id: 'saga-1', name: 'checkout', steps }) as never;
const tried = (number: number): Partial<StepRecord> => ({ status: 'waiting', attempt: { number } as never });
const change = (before: number, after: number): SagaChange => ({
  before: instance({ sell: tried(before) }),
  after: instance({ sell: tried(after) }),
});

it('says that a step is tried again and again, the fifth time and whenever its tries have doubled', () => {
  const said = Array.from({ length: 45 }, (_, tries) => tries + 1).filter(
    (tries) => retriedMessage(change(tries - 1, tries)) !== undefined,
  );
  expect(said).toEqual([5, 10, 20, 40]);
  expect(retriedMessage(change(4, 5))).toBe(
    'The saga checkout saga-1 has tried its step sell 5 times, and goes on. Look at it: npx minos sagas show --id saga-1',
  );
  expect(retriedMessage(change(5, 5))).toBeUndefined();
});

it('says it of what takes a step back', () => {
  const undo = (number: number): SagaInstance =>
    instance({ sell: { ...tried(1), undo: { status: 'waiting', attempt: { number } } as never } });
  expect(retriedMessage({ before: undo(9), after: undo(10) })).toContain('has tried to take back its step sell 10 times, and goes on');
});
