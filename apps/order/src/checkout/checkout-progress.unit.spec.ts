import type { StepRecord } from '@minos/saga';
import { progressOf } from './checkout-progress.js';

const done: StepRecord = { status: 'done', order: 1 };
const attempt = { request: 'r', command: 'payment.hold', key: 'o-1', number: 1 };

describe('the progress of a checkout', () => {
  it('is the step that is open, and what it waits for', () => {
    const at = (record: StepRecord) => progressOf({ phase: 'running', steps: { 'reserve-stock': done, 'hold-money': record } }, []);
    expect(at({ status: 'waiting', order: 0, attempt })).toEqual({
      status: 'running',
      step: 'hold-money',
      waitingFor: 'the answer to payment.hold',
    });
    expect(at({ status: 'waiting', order: 0, attempt: { ...attempt, local: true } }).waitingFor).toBe('payment.hold here');
    expect(at({ status: 'pausing', order: 0, attempt }).waitingFor).toBe('the next try of payment.hold');
    expect(at(done)).toEqual({ status: 'running' });
  });

  it('says of one that goes back why, and what is taken back', () => {
    const undo = { status: 'pausing', attempt: { ...attempt, command: 'stock.release' } } as const;
    const steps: Record<string, StepRecord> = { 'reserve-stock': { ...done, undo }, 'hold-money': { status: 'rejected', order: 2 } };
    const journal = [{ kind: 'started' }, { kind: 'compensating', data: { reason: 'payment.declined: too little' } }] as const;
    expect(progressOf({ phase: 'compensating', steps }, journal)).toEqual({
      status: 'compensating',
      step: 'reserve-stock',
      waitingFor: 'the next try of stock.release',
      reason: 'payment.declined',
    });
  });

  it('says of one that goes back, and waits for an answer to its last step, which that is', () => {
    const steps: Record<string, StepRecord> = { 'reserve-stock': done, 'hold-money': { status: 'waiting', order: 0, attempt } };
    expect(progressOf({ phase: 'compensating', steps }, [])).toMatchObject({
      step: 'hold-money',
      waitingFor: 'the answer to payment.hold',
    });
  });

  it.each([
    ['payment.declined: Account a has 7, 9 are needed.', 'payment.declined'],
    ['not answered within 200 ms', 'not answered within 200 ms'],
    ['connect ECONNREFUSED 10.0.0.7:5432', undefined],
    ['an operator wrote: look at the customer', undefined],
  ])('of "%s" tells whoever asks %j', (reason, told) => {
    expect(progressOf({ phase: 'compensating', steps: {} }, [{ kind: 'compensating', data: { reason } }]).reason).toBe(told);
  });

  it('waits for an operator where it is parked, who alone sees why', () => {
    const parked = { step: 'capture-money', reason: 'tried 5 times, at last: password authentication failed for user "x"', at: 0 };
    expect(progressOf({ phase: 'running', parked, steps: {} }, [])).toEqual({
      status: 'parked',
      step: 'capture-money',
      waitingFor: 'an operator',
    });
  });

  it('is no step any more at the end', () => {
    expect(progressOf({ phase: 'completed', steps: { 'hold-money': done } }, [])).toEqual({ status: 'completed' });
  });
});
