import { Command, Event } from '@minos/common';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';

/* A journey with every kind of step. */

@Event('trip.wished')
export class TripWished {
  constructor(readonly tripId: string) {}
}
@Command('trip.again', { owner: 'travel' })
export class TripAgain extends Command<{ sagaId: string }> {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('seat.book', { owner: 'rail' })
export class BookSeat extends Command<{ seat: string }, 'seat.none'> {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('seat.free', { owner: 'rail' })
export class FreeSeat extends Command {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('room.book', { owner: 'hotel' })
export class BookRoom extends Command {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('room.free', { owner: 'hotel' })
export class FreeRoom extends Command {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('trip.close', { owner: 'travel' })
export class CloseTrip extends Command {
  constructor(readonly tripId: string) {
    super();
  }
}

export interface TripState {
  readonly tripId: string;
  readonly far: boolean;
}

@Saga('insurance', { version: 3 })
export class Insurance extends SagaDefinition<TripState> {
  readonly plan = saga<TripState>()
    .step('insure')
    .local(({ tripId }) => new CloseTrip(tripId))
    .noCompensation()
    .build();
}

@Saga('journey', { version: 2 })
export class Journey extends SagaDefinition<TripState> {
  readonly plan = saga<TripState>()
    .startedBy(TripWished, ({ tripId }) => ({ tripId, far: true }))
    .startedByCommand(TripAgain, ({ tripId }) => ({ tripId, far: false }), { key: ({ tripId }) => tripId })
    .onCompleted(({ tripId }) => new CloseTrip(tripId))
    .onCompensated(({ far }) => {
      if (far !== true) throw new Error('only where it went far');
      return undefined;
    })
    .step('seat')
    .invoke(({ tripId }) => new BookSeat(tripId))
    .onRejection('seat.none', (state) => state)
    .compensate(({ tripId }) => new FreeSeat(tripId), { retry: { every: '2s', times: 3 }, timeout: '10s' })
    .timeout('5s', 'retry')
    .choose('how-far', (way) =>
      way
        .when(
          '"far" <away>',
          ({ far }) => far,
          (steps) =>
            steps
              .step('room')
              .invoke(({ tripId }) => new BookRoom(tripId))
              .compensate(({ tripId }) => new FreeRoom(tripId)),
        )
        .when(
          'near',
          ({ far }) => !far,
          (steps) =>
            steps
              .step('walk')
              .local(({ tripId }) => new CloseTrip(tripId))
              .noCompensation(),
        ),
    )
    .parallel('extras', (branches) =>
      branches
        .branch('cover', (steps) => steps.step('cover').saga(Insurance, (state) => state))
        .branch('meal', (steps) =>
          steps
            .step('meal')
            .invoke(BookSeat, ({ tripId }) => new BookSeat(tripId))
            .continueOn('seat.none')
            .compensate(({ tripId }) => new FreeSeat(tripId)),
        ),
    )
    .step('confirm')
    .local(({ tripId }) => new CloseTrip(tripId))
    .pivot()
    .step('thanks')
    .invoke(({ tripId }) => new CloseTrip(tripId))
    .retry({ every: '1s', forever: true })
    .build();
}
