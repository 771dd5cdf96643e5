import { Command, Rejection } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { saga } from '../definition/saga-builder.js';
import { SagaDefinition } from '../definition/saga-definition.js';
import { Saga } from '../definition/saga.decorator.js';

/* Two services: agency (the saga, and the payment) and seats. */

@Command('seat.book', { owner: 'seats', key: 'tripId' })
export class BookSeat extends Command<{ seat: number }, 'seat.none'> {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('seat.drop', { owner: 'seats', key: 'tripId' })
export class DropSeat extends Command<void, 'seat.stuck'> {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('trip.pay', { owner: 'agency', key: 'tripId' })
export class PayTrip extends Command<void, 'trip.unpaid'> {
  constructor(readonly tripId: string) {
    super();
  }
}
@Command('ticket.print', { owner: 'seats', key: 'tripId' })
export class PrintTicket extends Command<void, 'ticket.jam'> {
  constructor(readonly tripId: string) {
    super();
  }
}

export interface TripState {
  readonly tripId: string;
  readonly seat?: number;
}

/** What goes wrong: names of commands that are refused, of trips whose reply the plan can not take in. */
@Injectable()
export class Faults {
  readonly refused = new Set<string>();
  readonly unreadable = new Set<string>();
  readonly log: string[] = [];

  handle(command: string, tripId: string): void {
    this.log.push(`${command} ${tripId}`);
    if (this.refused.has(command)) throw new Rejection('seat.stuck', `${command} is refused`);
  }
}

@Saga('trip', { version: 1 })
export class Trip extends SagaDefinition<TripState> {
  constructor(private readonly faults: Faults) {
    super();
  }

  readonly plan = saga<TripState>()
    .step('seat')
    .invoke(BookSeat, ({ tripId }) => new BookSeat(tripId))
    .onReply((state, { seat }) => this.read({ ...state, seat: seat.valueOf() }))
    .compensate(({ tripId }) => new DropSeat(tripId), { retry: { every: '10ms', times: 5 } })
    .step('pay')
    .local(PayTrip, ({ tripId }) => new PayTrip(tripId))
    .pivot()
    .step('ticket')
    .invoke(PrintTicket, ({ tripId }) => new PrintTicket(tripId))
    .retry({ every: '10ms', times: 2 })
    .build();

  private read(state: TripState): TripState {
    if (this.faults.unreadable.has(state.tripId)) throw new Error(`${state.tripId} can not be read`);
    return state;
  }
}

@CommandHandler(PayTrip)
export class PayTripHandler implements ICommandHandler<PayTrip> {
  constructor(private readonly faults: Faults) {}
  async execute({ tripId }: PayTrip): Promise<void> {
    this.faults.handle('trip.pay', tripId);
  }
}
@CommandHandler(BookSeat)
export class BookSeatHandler implements ICommandHandler<BookSeat> {
  constructor(private readonly faults: Faults) {}
  async execute({ tripId }: BookSeat): Promise<{ seat: number }> {
    this.faults.handle('seat.book', tripId);
    return { seat: 1 };
  }
}
@CommandHandler(DropSeat)
export class DropSeatHandler implements ICommandHandler<DropSeat> {
  constructor(private readonly faults: Faults) {}
  async execute({ tripId }: DropSeat): Promise<void> {
    this.faults.handle('seat.drop', tripId);
  }
}
@CommandHandler(PrintTicket)
export class PrintTicketHandler implements ICommandHandler<PrintTicket> {
  constructor(private readonly faults: Faults) {}
  async execute({ tripId }: PrintTicket): Promise<void> {
    this.faults.handle('ticket.print', tripId);
  }
}

export const AGENCY = [Faults, Trip, PayTripHandler];
export const SEATS = [Faults, BookSeatHandler, DropSeatHandler, PrintTicketHandler];
