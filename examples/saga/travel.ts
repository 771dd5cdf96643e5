import { Command, Event, Rejection } from '@minos/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Aggregate, AggregateRoot, type AggregateRepository, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { saga, Saga, SagaDefinition } from '@minos/saga';
import { Injectable, Module } from '@nestjs/common';
import { PrintTicket, ReleaseRoom, ReleaseSeat, ReserveRoom, ReserveSeat, TripBooked } from './messages.js';

@Event('trip.confirmed')
export class TripConfirmed {
  constructor(readonly price: number) {}
}
@Event('trip.refused')
export class TripRefused {
  constructor(readonly reason: string) {}
}
@Event('trip.withdrawn')
export class TripWithdrawn {}

@Command('trip.confirm', { owner: 'travel' })
export class ConfirmTrip extends Command<void, 'trip.withdrawn'> {
  constructor(
    readonly tripId: string,
    readonly price: number,
  ) {
    super();
  }
}
@Command('trip.refuse', { owner: 'travel', key: 'tripId' })
export class RefuseTrip extends Command {
  constructor(
    readonly tripId: string,
    readonly reason: string,
  ) {
    super();
  }
}

// #region saga
export interface BookingState {
  readonly tripId: string;
  readonly nights: number;
  readonly seat?: string;
  readonly price?: number;
  readonly reason?: string;
}

@Saga('booking', { version: 1 })
export class Booking extends SagaDefinition<BookingState> {
  readonly plan = saga<BookingState>()
    .startedBy(TripBooked, ({ tripId, nights }) => ({ tripId, nights }))
    .onCompensated(({ tripId, reason = 'nobody answered' }) => new RefuseTrip(tripId, reason))
    .step('seat')
    .invoke(({ tripId }) => new ReserveSeat(tripId))
    .onReply((state, { seat }) => ({ ...state, seat }))
    .onRejection('rail.full', (state, { message }) => ({ ...state, reason: message }))
    .compensate(({ tripId }) => new ReleaseSeat(tripId))
    .timeout('30s', 'compensate')
    .step('room')
    .invoke(({ tripId, nights }) => new ReserveRoom(tripId, nights))
    .onReply((state, { price }) => ({ ...state, price }))
    .onRejection('hotel.full', (state, { message }) => ({ ...state, reason: message }))
    .compensate(({ tripId }) => new ReleaseRoom(tripId), { retry: { every: '2s', times: 10 } })
    .step('confirm')
    .local(({ tripId, price = 0 }) => new ConfirmTrip(tripId, price))
    .onRejection('trip.withdrawn', (state, { message }) => ({ ...state, reason: message }))
    .pivot()
    .step('ticket')
    .invoke(({ tripId, seat = '' }) => new PrintTicket(tripId, seat))
    .retry({ every: '1s', longest: '1m', forever: true })
    .build();
}
// #endregion

@Aggregate('trip')
export class Trip extends AggregateRoot {
  status: 'none' | 'booked' | 'confirmed' | 'refused' | 'withdrawn' = 'none';
  price = 0;
  reason = '';

  book(tripId: string, nights: number): void {
    this.apply(new TripBooked(tripId, nights));
  }
  withdraw(): void {
    if (this.status === 'booked') this.apply(new TripWithdrawn());
  }
  confirm(price: number): void {
    if (this.status !== 'booked') throw new Rejection('trip.withdrawn', `The trip is ${this.status}.`);
    this.apply(new TripConfirmed(price));
  }
  refuse(reason: string): void {
    if (this.status === 'booked') this.apply(new TripRefused(reason));
  }

  @On(TripBooked) protected booked(): void {
    this.status = 'booked';
  }
  @On(TripWithdrawn) protected withdrawn(): void {
    this.status = 'withdrawn';
  }
  @On(TripConfirmed) protected confirmed({ price }: TripConfirmed): void {
    [this.status, this.price] = ['confirmed', price];
  }
  @On(TripRefused) protected refused({ reason }: TripRefused): void {
    [this.status, this.reason] = ['refused', reason];
  }
}

@CommandHandler(ConfirmTrip)
export class ConfirmTripHandler implements ICommandHandler<ConfirmTrip> {
  constructor(@InjectAggregateRepository(Trip) private readonly trips: AggregateRepository<Trip>) {}

  async execute({ tripId, price }: ConfirmTrip): Promise<void> {
    await this.trips.update(tripId, (trip) => trip.confirm(price));
  }
}

@CommandHandler(RefuseTrip)
export class RefuseTripHandler implements ICommandHandler<RefuseTrip> {
  constructor(@InjectAggregateRepository(Trip) private readonly trips: AggregateRepository<Trip>) {}

  async execute({ tripId, reason }: RefuseTrip): Promise<void> {
    await this.trips.update(tripId, (trip) => trip.refuse(reason));
  }
}

@Injectable()
export class Trips {
  constructor(@InjectAggregateRepository(Trip) private readonly trips: AggregateRepository<Trip>) {}

  async book(tripId: string, nights: number): Promise<void> {
    await this.trips.create(tripId, (trip) => trip.book(tripId, nights));
  }
  async withdraw(tripId: string): Promise<void> {
    await this.trips.update(tripId, (trip) => trip.withdraw());
  }
  load(tripId: string): Promise<Trip> {
    return this.trips.load(tripId);
  }
}

// #region module
@Module({
  imports: [MinosModule.forRoot({ service: 'travel' }), MinosModule.forFeature({ aggregates: [Trip], sagas: [Booking] })],
  providers: [ConfirmTripHandler, RefuseTripHandler, Trips],
})
export class TravelModule {}
// #endregion
