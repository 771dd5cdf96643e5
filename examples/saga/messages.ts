import { Command, Event } from '@minos/common';

/* What the three services say to each other: a package that all of them have. */

@Event('trip.booked')
export class TripBooked {
  constructor(
    readonly tripId: string,
    readonly nights: number,
  ) {}
}

// #region commands
@Command('seat.reserve', { owner: 'rail', key: 'tripId' })
export class ReserveSeat extends Command<{ seat: string }, 'rail.full'> {
  constructor(readonly tripId: string) {
    super();
  }
}

@Command('seat.release', { owner: 'rail', key: 'tripId' })
export class ReleaseSeat extends Command {
  constructor(readonly tripId: string) {
    super();
  }
}
// #endregion

@Command('room.reserve', { owner: 'hotel', key: 'tripId' })
export class ReserveRoom extends Command<{ price: number }, 'hotel.full'> {
  constructor(
    readonly tripId: string,
    readonly nights: number,
  ) {
    super();
  }
}

@Command('room.release', { owner: 'hotel', key: 'tripId' })
export class ReleaseRoom extends Command {
  constructor(readonly tripId: string) {
    super();
  }
}

@Command('ticket.print', { owner: 'rail', key: 'tripId' })
export class PrintTicket extends Command {
  constructor(
    readonly tripId: string,
    readonly seat: string,
  ) {
    super();
  }
}
