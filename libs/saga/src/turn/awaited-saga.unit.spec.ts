import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';
import { BookSeat, DropSeat, TripRun, type TripState } from './operate-kit.js';

/* A saga that is a step, and has a command to be taken back with: that command may not leave while the saga still goes on. */

@Saga('stay', { version: 1 })
class Stay extends SagaDefinition<TripState> {
  readonly plan = saga<TripState>()
    .step('seat')
    .invoke(BookSeat, () => new BookSeat())
    .noCompensation()
    .build();
}

function awaiting(then: 'park' | 'compensate') {
  return saga<TripState>()
    .parallel('both', (branches) =>
      branches
        .branch('stay', (steps) =>
          steps
            .step('stay')
            .saga(Stay, (state) => state)
            .compensate((_, reply) => new DropSeat(reply?.seat))
            .timeout('10s', then),
        )
        .branch('seat', (steps) =>
          steps
            .step('seat')
            .invoke(BookSeat, () => new BookSeat())
            .noCompensation(),
        ),
    )
    .build();
}

const stayOf = (run: TripRun) => ({ command: 'stay', request: run.instance.steps['stay']?.attempt?.request ?? '' });

it.each(['compensate', 'park'] as const)(
  'is cancelled when its time (%s) is over while the other goes back, and taken back once it has ended',
  (then) => {
    const run = new TripRun({ plan: awaiting(then) });
    const stay = stayOf(run);
    if (then === 'park') run.refuse('seat.none');
    run.pass(10_000);
    if (then === 'compensate') run.refuse('seat.none');
    expect(run.instance).toMatchObject({ phase: 'compensating', steps: { stay: { status: 'waiting' } } });
    expect(run.sent.map(({ command }) => command)).toEqual(['BookSeat']);
    expect(run.cancels).toEqual([stay.request]);
    run.pass(3_600_000);
    expect(run.cancels).toHaveLength(1);
    run.answer({ result: { seat: 7 } }, stay as never);
    expect(run.sent.at(-1)).toMatchObject({ command: 'DropSeat', data: { seat: 7 } });
    run.reply(null);
    expect(run.instance.phase).toBe('compensated');
  },
);

it('is cancelled where the saga is taken back of which it is a step', () => {
  const run = new TripRun({ plan: awaiting('park') });
  run.instance = { ...run.instance, parent: { id: 'parent', request: 'child' } };
  run.turn((turn) => turn.takeBack('undo'));
  const stay = stayOf(run);
  expect(run.cancels).toEqual([stay.request]);
  run.answer({ rejection: { code: 'saga.compensated', message: 'it was cancelled' } }, stay as never);
  expect(run.instance).toMatchObject({ phase: 'compensated', parent: { undo: 'undo' } });
});

it('is taken back although the plan can not take in what a step of it was answered', () => {
  const plan = saga<TripState>()
    .step('seat')
    .invoke(BookSeat, () => new BookSeat())
    .onReply(() => {
      throw new Error('broken');
    })
    .compensate((_, reply) => new DropSeat(reply?.seat))
    .build();
  const run = new TripRun({ plan });
  run.instance = { ...run.instance, parent: { id: 'parent', request: 'child' } };
  run.reply({ seat: 3 });
  expect(run.instance.parked).toBeDefined();
  run.turn((turn) => turn.takeBack('undo'));
  expect(run.instance.parked).toBeUndefined();
  expect(run.sent.at(-1)).toMatchObject({ command: 'DropSeat', data: { seat: 3 } });
});
