import type { JsonValue } from '@minos/common';
import type { SagaOutcome } from '../contracts/saga-operation.js';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';
import { BookRoom, BookSeat, DropRoom, DropSeat, Pay, tripAt, TripRun, type TripState } from './operate-kit.js';

const refusal = (outcome: SagaOutcome): string => ('refused' in outcome ? `${outcome.refused.code} ${outcome.refused.message}` : 'done');

describe('retry and resume', () => {
  it('retries with a command of its own, and resumes with the one whose outcome is not known', () => {
    const retried = tripAt('parked, not answered in time');
    const [first] = retried.sent;
    retried.operate({ kind: 'retry', step: 'seat' });
    expect(retried.sent[1]?.request).not.toBe(first?.request);
    const resumed = tripAt('parked, not answered in time');
    resumed.operate({ kind: 'resume' });
    expect(resumed.sent[1]).toMatchObject({ request: resumed.sent[0]?.request, again: true });
    resumed.reply({ seat: 4 });
    expect(resumed.instance).toMatchObject({ phase: 'running', state: { seat: 4 }, steps: { seat: { status: 'done' } } });
  });

  it('does not take the answer of a command in that was given up for another', () => {
    const run = tripAt('parked, not answered in time');
    const [first] = run.sent;
    run.operate({ kind: 'retry', step: 'seat' });
    run.answer({ result: { seat: 1 } }, first);
    expect(run.journal.at(-1)).toMatchObject({ kind: 'refused', data: { request: first?.request } });
    run.reply({ seat: 2 });
    expect(run.instance.state).toEqual({ seat: 2 });
  });

  it.each(['retry', 'resume'] as const)('%s gives a compensation that failed as often as it may all its tries again', (kind) => {
    const run = tripAt('parked, the compensation failed');
    for (let time = 0; time < 5; time++) {
      run.operate(kind === 'retry' ? { kind, step: 'seat' } : { kind });
      expect(run.instance.parked).toBeUndefined();
      run.refuse('seat.gone');
      expect(run.instance.parked).toBeUndefined();
      run.pass(1_000);
      run.refuse('seat.gone');
      expect(run.instance.parked?.reason).toContain('failed 2 times');
    }
    run.operate({ kind: 'resume' });
    run.reply(null);
    expect(run.instance.phase).toBe('compensated');
  });

  it('tries a local pivot again with all its tries', () => {
    const run = tripAt('parked at the pivot');
    run.operate({ kind: 'resume' });
    run.runLocal({ fault: 'still no money' });
    expect(run.instance.parked).toBeUndefined();
    run.pass(1_000);
    run.runLocal({ result: null });
    expect(run.instance.steps['pay']).toMatchObject({ status: 'done' });
  });

  it('parks again where the plan throws again', () => {
    const run = tripAt('parked, the command can not be made');
    run.broken.add('make room');
    expect(run.operate({ kind: 'resume' })).toMatchObject({ effects: { from: 'parked', to: 'parked', commands: [] } });
    expect(run.journal.slice(-2).map(({ kind }) => kind)).toEqual(['operated', 'parked']);
  });
});

describe('an answer that comes while the saga is parked', () => {
  it('lets it go on where it was waited for', () => {
    const run = tripAt('parked, not answered in time');
    run.reply({ seat: 3 });
    expect(run.instance.parked).toBeUndefined();
    expect(run.sent.at(-1)?.command).toBe('BookRoom');
  });

  it('lets a compensation end that was given up', () => {
    const run = tripAt('parked, the compensation was not answered');
    run.reply(null);
    expect(run.instance).toMatchObject({ phase: 'compensated' });
    expect(run.instance.parked).toBeUndefined();
  });

  it('is kept where the saga is parked elsewhere, and taken in when it goes on', () => {
    const run = new TripRun({ plan: both() });
    const [seat, room] = run.sent;
    run.pass(10_000);
    expect(run.instance.parked?.step).toBe('seat');
    run.answer({ result: { room: 2 } }, room);
    expect(run.instance).toMatchObject({ parked: { step: 'seat' }, steps: { room: { status: 'answered' } } });
    expect(refusal(run.operate({ kind: 'skip', step: 'room' }))).toMatch(/^SAGA_OPERATION_REFUSED The saga is parked at seat, not at room/);
    run.operate({ kind: 'resume' });
    expect(run.instance).toMatchObject({ state: { room: 2 }, steps: { room: { status: 'done' }, seat: { status: 'waiting' } } });
    run.answer({ result: { seat: 1 } }, seat);
    expect(run.instance).toMatchObject({ phase: 'completed', state: { seat: 1, room: 2 } });
  });

  it('parks once where the time of two steps is over at once, and the other goes on after it', () => {
    const run = new TripRun({ plan: both() });
    run.pass(20_000);
    expect(run.instance).toMatchObject({ parked: { step: 'seat' }, steps: { room: { status: 'waiting', attempt: { number: 1 } } } });
    run.reply({ room: 2 });
    run.operate({ kind: 'resume' });
    run.answer({ result: { seat: 1 } }, run.sent[0]);
    expect(run.instance).toMatchObject({ phase: 'completed', state: { seat: 1, room: 2 } });
    const silent = new TripRun({ plan: both() });
    silent.pass(20_000);
    silent.operate({ kind: 'resume' });
    silent.pass(0);
    expect(silent.instance.parked?.step).toBe('room');
    silent.operate({ kind: 'resume' });
    expect(silent.instance).toMatchObject({
      wakeAt: silent.now + 10_000,
      steps: { seat: { status: 'waiting' }, room: { status: 'waiting' } },
    });
  });
});

describe('skip', () => {
  it('takes a step back later for which an output was given, with the output', () => {
    const run = tripAt('waiting');
    run.operate({ kind: 'skip', step: 'seat', output: { seat: 8 } });
    expect(run.instance).toMatchObject({ state: { seat: 8 }, steps: { seat: { status: 'done' } } });
    run.refuse('room.none');
    expect(run.sent.at(-1)).toMatchObject({ command: 'DropSeat', data: { seat: 8 } });
  });

  it('takes a step back later whose command may be handled, and not one that was refused', () => {
    const waiting = tripAt('parked, not answered in time');
    waiting.operate({ kind: 'skip', step: 'seat' });
    waiting.refuse('room.none');
    expect(waiting.sent.at(-1)).toMatchObject({ command: 'DropSeat', data: {} });
    const never = tripAt('parked, the command can not be made');
    never.operate({ kind: 'skip', step: 'room' });
    never.operate({ kind: 'compensate' });
    expect(never.sent.at(-1)?.command).toBe('DropSeat');
  });

  it('leaves a late answer to what was skipped aside', () => {
    const run = tripAt('waiting');
    const [seat] = run.sent;
    run.operate({ kind: 'skip', step: 'seat' });
    run.answer({ result: { seat: 1 } }, seat);
    expect(run.journal.at(-1)?.kind).toBe('late');
    expect(run.instance.state).toEqual({});
  });

  it.each<[string, JsonValue]>([
    ['what onReply throws on', { place: 1 }],
    ['null', null],
  ])('refuses an output that the plan can not go on with: %s', (_, output) => {
    const run = tripAt('waiting');
    expect(refusal(run.operate({ kind: 'skip', step: 'seat', output }))).toMatch(/^SAGA_INPUT_REFUSED The step seat can not go on/);
    expect(run.instance.steps['seat']?.status).toBe('waiting');
  });

  it.each([
    ['none', /^SAGA_STEP_UNKNOWN trip has no step "none"\. Its steps are: seat, room, pay, ticket\./],
    ['room', /^SAGA_STEP_NOT_OPEN The step room has not begun/],
  ])('refuses the step %s', (step, message) => {
    const run = tripAt('waiting');
    expect(refusal(run.operate({ kind: 'skip', step }))).toMatch(message);
    expect(refusal(run.operate({ kind: 'retry', step }))).toMatch(message);
  });

  it('refuses a step that is done, and one that is taken back', () => {
    const done = tripAt('behind the pivot');
    expect(refusal(done.operate({ kind: 'retry', step: 'seat' }))).toMatch(/^SAGA_STEP_NOT_OPEN The step seat is done/);
    const back = tripAt('compensating');
    expect(refusal(back.operate({ kind: 'retry', step: 'room' }))).toMatch(/^SAGA_STEP_NOT_OPEN The step room is rejected/);
  });
});

describe('edit', () => {
  it('goes on with the new state once it is resumed', () => {
    const run = tripAt('parked, the compensation can not be made');
    run.operate({ kind: 'edit', state: { seat: 9 } });
    expect(run.instance.state).toEqual({ seat: 9 });
    expect(run.journal.at(-1)).toMatchObject({ kind: 'operated', data: { state: { seat: 9 }, before: { seat: 1 } } });
  });

  it('refuses what was made of another revision, also while it is parked', () => {
    for (const run of [tripAt('waiting'), tripAt('parked, not answered in time')]) {
      const { revision } = run.instance;
      run.turn((turn) => turn.tick());
      expect(refusal(run.operate({ kind: 'edit', state: {}, revision }))).toMatch(/^SAGA_CHANGED The edit was made of revision/);
    }
  });

  it('refuses what is no state', () => {
    const run = tripAt('parked, not answered in time');
    expect(refusal(run.operate({ kind: 'edit', state: [] }))).toMatch(/^SAGA_INPUT_REFUSED The state is an object, and a list was given/);
    expect(refusal(run.operate({ kind: 'edit', state: { a: Number.NaN } }))).toMatch(/^SAGA_INPUT_REFUSED .*which JSON does not have/);
  });
});

describe('cancel and compensate', () => {
  it('compensates what is under way as if it had happened', () => {
    const run = tripAt('waiting');
    const [seat] = run.sent;
    run.operate({ kind: 'cancel' });
    expect(run.instance).toMatchObject({ cancelled: true, phase: 'compensating', steps: { seat: { status: 'unknown' } } });
    expect(run.sent.at(-1)).toMatchObject({ command: 'DropSeat', data: {} });
    run.answer({ result: { seat: 1 } }, seat);
    run.reply(null);
    expect(run.instance.phase).toBe('compensated');
  });

  it.each(['cancel', 'compensate'] as const)('%s is not kept back by an answer that the plan can not take in', (kind) => {
    const run = tripAt('waiting');
    run.broken.add('reply seat');
    run.reply({ seat: 6 });
    expect(run.instance.parked?.step).toBe('seat');
    run.operate({ kind });
    expect(run.instance).toMatchObject({ phase: 'compensating', state: {}, steps: { seat: { status: 'done' } } });
    expect(run.sent.at(-1)).toMatchObject({ command: 'DropSeat', data: { seat: 6 } });
  });

  it('says once more what it says already to whoever cancels twice', () => {
    const run = tripAt('waiting');
    run.operate({ kind: 'cancel' });
    const sent = run.sent.length;
    expect(run.operate({ kind: 'cancel' })).toMatchObject({ effects: { from: 'compensating', to: 'compensating', commands: [] } });
    expect(run.sent).toHaveLength(sent);
  });

  it('takes back what can be taken back, also behind the pivot, and leaves the rest', () => {
    for (const situation of ['behind the pivot', 'parked behind the pivot'] as const) {
      const run = tripAt(situation);
      const ticket = run.sent.findLast(({ command }) => command === 'SendTicket');
      run.operate({ kind: 'compensate' });
      run.reply(null);
      run.reply(null);
      run.answer({ rejection: { code: 'ticket.refused', message: 'no' } }, ticket);
      expect(run.instance).toMatchObject({
        phase: 'compensated',
        steps: { pay: { undo: { status: 'kept' } }, seat: { undo: { status: 'done' } } },
      });
      expect(run.sent.slice(-2).map(({ command }) => command)).toEqual(['DropRoom', 'DropSeat']);
    }
  });

  it('does not try behind the pivot what was refused, once it is forced back', () => {
    const run = new TripRun({ plan: bothBehindPivot() });
    run.reply(null);
    const [, seat, room] = run.sent;
    run.pass(10_000);
    expect(run.instance.parked?.step).toBe('seat');
    run.answer({ rejection: { code: 'room.none', message: 'no' } }, room);
    run.operate({ kind: 'compensate' });
    expect(run.instance).toMatchObject({ phase: 'compensated', steps: { seat: { status: 'unknown' }, room: { status: 'rejected' } } });
    expect(seat?.command).toBe('BookSeat');
  });

  it('tells a saga that is a step, and takes back what comes of it', () => {
    const run = new TripRun({ plan: nested() });
    const { request: child = '', command = '' } = run.instance.steps['child']?.attempt ?? {};
    run.operate({ kind: 'cancel' });
    expect(run.cancels).toEqual([child]);
    expect(run.instance).toMatchObject({ phase: 'compensating', steps: { child: { status: 'waiting' } } });
    expect(refusal(run.operate({ kind: 'retry', step: 'child' }))).toMatch(/^SAGA_OPERATION_REFUSED/);
    run.turn((turn) => turn.answer({ request: child, command, outcome: { result: { seat: 1 } } }));
    expect(run.sent.at(-1)?.command).toBe('DropSeat');
  });
});

/** Two steps at once. */
function both() {
  return saga<TripState>()
    .parallel('both', (branches) =>
      branches
        .branch('seat', (steps) =>
          steps
            .step('seat')
            .invoke(BookSeat, () => new BookSeat())
            .onReply((state, { seat }) => ({ ...state, seat }))
            .compensate(() => new DropSeat(undefined))
            .timeout('10s', 'park'),
        )
        .branch('room', (steps) =>
          steps
            .step('room')
            .invoke(BookRoom, () => new BookRoom())
            .onReply((state, { room }) => ({ ...state, room }))
            .compensate(() => new DropRoom(undefined))
            .timeout('20s', 'park'),
        ),
    )
    .build();
}

function bothBehindPivot() {
  return saga<TripState>()
    .step('pay')
    .invoke(Pay, () => new Pay())
    .pivot()
    .parallel('both', (branches) =>
      branches
        .branch('seat', (steps) =>
          steps
            .step('seat')
            .invoke(BookSeat, () => new BookSeat())
            .timeout('10s', 'park'),
        )
        .branch('room', (steps) =>
          steps
            .step('room')
            .invoke(BookRoom, () => new BookRoom())
            .timeout('20s', 'park'),
        ),
    )
    .build();
}

@Saga('child', { version: 1 })
class Child extends SagaDefinition<TripState> {
  readonly plan = saga<TripState>()
    .step('seat')
    .invoke(BookSeat, () => new BookSeat())
    .noCompensation()
    .build();
}

function nested() {
  return saga<TripState>()
    .step('child')
    .saga(Child, (state) => state)
    .compensate((_, reply) => new DropSeat(reply?.seat))
    .build();
}
