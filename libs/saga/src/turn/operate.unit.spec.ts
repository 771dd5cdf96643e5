import type { SagaOperation, SagaOutcome } from '../contracts/saga-operation.js';
import { SITUATIONS, type Situation, tripAt, type TripRun } from './operate-kit.js';

const STEP: Record<Situation, string> = {
  waiting: 'seat',
  'parked, not answered in time': 'seat',
  'parked, the answer can not be taken in': 'seat',
  'parked, the command can not be made': 'room',
  'the pivot pauses': 'pay',
  'parked at the pivot': 'pay',
  'behind the pivot': 'ticket',
  'parked behind the pivot': 'ticket',
  compensating: 'seat',
  'the compensation pauses': 'seat',
  'parked, the compensation failed': 'seat',
  'parked, the compensation was not answered': 'seat',
  'parked, the compensation can not be made': 'seat',
  completed: 'ticket',
  compensated: 'seat',
};
const OUTPUT = { seat: 7, room: 7 };

function operationsAt(situation: Situation, run: TripRun): Record<string, SagaOperation> {
  const step = STEP[situation];
  return {
    retry: { kind: 'retry', step },
    skip: { kind: 'skip', step },
    output: { kind: 'skip', step, output: OUTPUT },
    edit: { kind: 'edit', state: { note: 'new' } },
    revision: { kind: 'edit', state: { note: 'new' }, revision: run.instance.revision },
    compensate: { kind: 'compensate' },
    cancel: { kind: 'cancel' },
    resume: { kind: 'resume' },
  };
}

/** What came of it: the code of a refusal, or the new status and the commands that leave (in brackets those that run here). */
function said(outcome: SagaOutcome): string {
  if ('refused' in outcome) return outcome.refused.code;
  const { to, commands } = outcome.effects;
  return [to, ...commands.map(({ command, channel }) => (channel === undefined ? `[${command}]` : command))].join(' ');
}

const REFUSED = 'SAGA_OPERATION_REFUSED';
const ALL_ENDED = Object.fromEntries(
  ['retry', 'skip', 'output', 'edit', 'revision', 'compensate', 'cancel', 'resume'].map((name) => [name, 'SAGA_ENDED']),
);
const FORWARD = { edit: REFUSED, revision: 'running', resume: REFUSED };
const BACK = { output: 'SAGA_INPUT_REFUSED', compensate: REFUSED, revision: 'compensating' };
const PARKED = { edit: 'parked', revision: 'parked' };

const TABLE: Record<Situation, Record<string, string>> = {
  waiting: {
    ...FORWARD,
    retry: 'running BookSeat',
    skip: 'running BookRoom',
    output: 'running BookRoom',
    compensate: 'compensating DropSeat',
    cancel: 'compensating DropSeat',
  },
  'parked, not answered in time': {
    ...PARKED,
    retry: 'running BookSeat',
    skip: 'running BookRoom',
    output: 'running BookRoom',
    compensate: 'compensating DropSeat',
    cancel: 'compensating DropSeat',
    resume: 'running BookSeat',
  },
  'parked, the answer can not be taken in': {
    ...PARKED,
    retry: REFUSED,
    skip: 'running BookRoom',
    output: 'running BookRoom',
    compensate: 'compensating DropSeat',
    cancel: 'compensating DropSeat',
    resume: 'running BookRoom',
  },
  'parked, the command can not be made': {
    ...PARKED,
    retry: 'running BookRoom',
    skip: 'running [Pay]',
    output: 'running [Pay]',
    compensate: 'compensating DropSeat',
    cancel: 'compensating DropSeat',
    resume: 'running BookRoom',
  },
  'the pivot pauses': {
    ...FORWARD,
    retry: 'running [Pay]',
    skip: 'running SendTicket',
    output: 'running SendTicket',
    compensate: 'compensating DropRoom',
    cancel: 'SAGA_PAST_PIVOT',
  },
  'parked at the pivot': {
    ...PARKED,
    retry: 'running [Pay]',
    skip: 'running SendTicket',
    output: 'running SendTicket',
    compensate: 'compensating DropRoom',
    cancel: 'SAGA_PAST_PIVOT',
    resume: 'running [Pay]',
  },
  'behind the pivot': {
    ...FORWARD,
    retry: 'running SendTicket',
    skip: 'completed',
    output: 'completed',
    compensate: 'compensating DropRoom',
    cancel: 'SAGA_PAST_PIVOT',
  },
  'parked behind the pivot': {
    ...PARKED,
    retry: 'running SendTicket',
    skip: 'completed',
    output: 'completed',
    compensate: 'compensating DropRoom',
    cancel: 'SAGA_PAST_PIVOT',
    resume: 'running SendTicket',
  },
  compensating: { ...BACK, retry: 'compensating DropSeat', skip: 'compensated', edit: REFUSED, cancel: 'compensating', resume: REFUSED },
  'the compensation pauses': {
    ...BACK,
    retry: 'compensating DropSeat',
    skip: 'compensated',
    edit: REFUSED,
    cancel: 'compensating',
    resume: REFUSED,
  },
  'parked, the compensation failed': {
    ...{ ...BACK, ...PARKED },
    retry: 'compensating DropSeat',
    skip: 'compensated',
    cancel: 'parked',
    resume: 'compensating DropSeat',
  },
  'parked, the compensation was not answered': {
    ...{ ...BACK, ...PARKED },
    retry: 'compensating DropSeat',
    skip: 'compensated',
    cancel: 'parked',
    resume: 'compensating DropSeat',
  },
  'parked, the compensation can not be made': {
    ...{ ...BACK, ...PARKED },
    retry: 'compensating DropSeat',
    skip: 'compensated',
    cancel: 'parked',
    resume: 'compensating DropSeat',
  },
  completed: ALL_ENDED,
  compensated: ALL_ENDED,
};

const situations = Object.keys(SITUATIONS) as Situation[];
const kept = ({ instance: { revision: _revision, entries: _entries, ...rest } }: TripRun) => JSON.stringify(rest);

describe.each(situations)('%s', (situation) => {
  it('answers each operation as the table says', () => {
    const found = Object.keys(operationsAt(situation, tripAt(situation))).map((name) => {
      const run = tripAt(situation);
      return [name, said(run.operate(operationsAt(situation, run)[name] as SagaOperation))];
    });
    expect(Object.fromEntries(found)).toEqual(TABLE[situation]);
  });

  it('does nothing in a dry run, and says what the operation then does', () => {
    for (const name of Object.keys(TABLE[situation])) {
      const run = tripAt(situation);
      const operation = operationsAt(situation, run)[name] as SagaOperation;
      const [before, sent, entries] = [kept(run), run.sent.length, run.journal.length];
      const told = run.operate(operation, true);
      expect([name, kept(run), run.sent.length]).toEqual([name, before, sent]);
      expect(run.journal.slice(entries)).toMatchObject([{ kind: 'operated', data: { dryRun: true } }]);
      const done = tripAt(situation).operate(operation);
      expect(said(told)).toBe(said(done));
    }
  });

  it('notes who asked, what and why before what follows; what is refused changes nothing else', () => {
    for (const name of Object.keys(TABLE[situation])) {
      const run = tripAt(situation);
      const operation = operationsAt(situation, run)[name] as SagaOperation;
      const [before, state, entries] = [kept(run), run.instance.state, run.journal.length];
      const outcome = run.operate(operation);
      const [entry, ...rest] = run.journal.slice(entries);
      expect(entry).toMatchObject({ kind: 'operated', data: { operation: operation.kind, by: 'ann', reason: 'because' } });
      expect(run.instance.entries).toBe(run.journal.length);
      if ('refused' in outcome) {
        expect([name, kept(run), rest]).toEqual([name, before, []]);
        expect(entry?.data).toMatchObject({ refused: { code: outcome.refused.code } });
      } else
        expect(entry?.data).toMatchObject({ effects: { to: outcome.effects.to }, ...(operation.kind === 'edit' ? { before: state } : {}) });
    }
  });
});

it('lists each situation in the table', () => {
  expect(Object.keys(TABLE)).toEqual(situations);
});
