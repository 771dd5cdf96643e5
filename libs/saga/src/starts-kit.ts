import { Command, currentContext, type MinosContext, Rejection } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { saga } from './definition/saga-builder.js';
import { SagaDefinition } from './definition/saga-definition.js';
import { Saga } from './definition/saga.decorator.js';

/* A trip of a flight and, as a saga of its own, a stay; the service "travel" runs the sagas, "supplier" does the work. */

@Command('trip.book', { owner: 'travel' })
export class BookTrip extends Command<{ sagaId: string }> {
  constructor(
    readonly tripId: string,
    readonly wish: string,
  ) {
    super();
  }
}
@Command('trip.begin', { owner: 'travel' })
export class BeginTrip extends Command<{ sagaId: string }> {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('supplier.take', { owner: 'supplier', key: 'what' })
export class Take extends Command<{ number: number }, 'supplier.none'> {
  constructor(readonly what: string) {
    super();
  }
}
@Command('supplier.give-back', { owner: 'supplier', key: 'what' })
export class GiveBack extends Command {
  constructor(readonly what: string) {
    super();
  }
}
@Command('trip.tell', { owner: 'travel' })
export class Tell extends Command {
  constructor(readonly what: string) {
    super();
  }
}

export interface StayState {
  readonly tripId: string;
  readonly room?: number;
}

@Saga('stay', { version: 1 })
export class Stay extends SagaDefinition<StayState> {
  readonly plan = saga<StayState>()
    .onCompleted(({ tripId }) => new Tell(`${tripId} stays`))
    .onCompensated(({ tripId }) => new Tell(`${tripId} does not stay`))
    .step('room')
    .invoke(({ tripId }) => new Take(`room ${tripId}`))
    .onReply((state, { number }) => ({ ...state, room: number }))
    .compensate(({ tripId }) => new GiveBack(`room ${tripId}`))
    .build();
}

export interface TripState {
  readonly tripId: string;
  readonly wish: string;
  readonly seat?: number;
  readonly room?: number;
  readonly reason?: string;
}

@Saga('trip', { version: 1 })
export class Trip extends SagaDefinition<TripState> {
  readonly plan = saga<TripState>()
    .startedByCommand(BookTrip, ({ tripId, wish }) => ({ tripId, wish }), { key: ({ tripId }) => tripId })
    .startedByCommand(BeginTrip, ({ tripId }) => ({ tripId, wish: 'plain' }))
    .onCompleted(({ tripId }) => new Tell(`${tripId} is booked`))
    .onCompensated(({ tripId, reason }) => new Tell(`${tripId} is off: ${reason}`))
    .onParked(({ tripId }) => new Tell(`${tripId} needs somebody`))
    .step('seat')
    .invoke(({ tripId }) => new Take(`seat ${tripId}`))
    .onReply((state, { number }) => ({ ...state, seat: number }))
    .compensate(({ tripId }) => new GiveBack(`seat ${tripId}`))
    .step('stay')
    .saga(Stay, ({ tripId }) => ({ tripId }))
    .onReply((state, { room = 0 }) => ({ ...state, room }))
    .onRejection('saga.compensated', (state) => ({ ...state, reason: 'no room' }))
    .choose('extras', (extras) =>
      extras.when(
        'tour',
        ({ wish }) => wish === 'tour',
        (steps) =>
          steps
            .step('tour')
            .invoke(({ tripId }) => new Take(`tour ${tripId}`))
            .onRejection('supplier.none', (state, { message }) => ({ ...state, reason: message }))
            .compensate(({ tripId }) => new GiveBack(`tour ${tripId}`)),
      ),
    )
    .build();
}

@Injectable()
export class Supplies {
  readonly log: string[] = [];
  readonly none = new Set<string>();
  /** Everything that is asked for waits for it. */
  gate: Promise<void> = Promise.resolve();
  /** In which each thing was asked for. */
  readonly contexts = new Map<string, MinosContext>();
}
@CommandHandler(Take)
export class TakeHandler implements ICommandHandler<Take> {
  constructor(private readonly supplies: Supplies) {}
  async execute({ what }: Take): Promise<{ number: number }> {
    this.supplies.contexts.set(what, currentContext());
    await this.supplies.gate;
    if (this.supplies.none.has(what)) throw new Rejection('supplier.none', `no ${what}`);
    this.supplies.log.push(what);
    return { number: this.supplies.log.length };
  }
}
@CommandHandler(GiveBack)
export class GiveBackHandler implements ICommandHandler<GiveBack> {
  constructor(private readonly supplies: Supplies) {}
  async execute({ what }: GiveBack): Promise<void> {
    this.supplies.log.push(`back ${what}`);
  }
}
@Injectable()
export class Told {
  readonly log: string[] = [];
}
@CommandHandler(Tell)
export class TellHandler implements ICommandHandler<Tell> {
  constructor(private readonly told: Told) {}
  async execute({ what }: Tell): Promise<void> {
    this.told.log.push(what);
  }
}
