import { Event, Rejection } from '@minos/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Aggregate, AggregateRoot, type AggregateRepository, On } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { Injectable, Module } from '@nestjs/common';
import { PrintTicket, ReleaseRoom, ReleaseSeat, ReserveRoom, ReserveSeat } from './messages.js';

@Event('train.reserved')
export class SeatReserved {
  constructor(
    readonly tripId: string,
    readonly seat: string,
  ) {}
}
@Event('train.released')
export class SeatReleased {
  constructor(readonly tripId: string) {}
}

const SEATS = ['1A', '1B', '1C'];

// #region participant
@Aggregate('train')
export class Train extends AggregateRoot {
  readonly taken = new Map<string, string>();
  private readonly released = new Set<string>();

  /** The same trip twice has one seat, and the same answer. */
  reserve(tripId: string): string {
    const own = this.taken.get(tripId);
    if (own !== undefined) return own;
    if (this.released.has(tripId)) throw new Rejection('rail.full', 'The trip was given up before.');
    const seat = SEATS.find((one) => ![...this.taken.values()].includes(one));
    if (seat === undefined) throw new Rejection('rail.full', 'No seat is left.');
    this.apply(new SeatReserved(tripId, seat));
    return seat;
  }

  /** Of a trip that was never here too: its reservation may still come. */
  release(tripId: string): void {
    if (!this.released.has(tripId)) this.apply(new SeatReleased(tripId));
  }

  @On(SeatReserved) protected onReserved({ tripId, seat }: SeatReserved): void {
    this.taken.set(tripId, seat);
  }
  @On(SeatReleased) protected onReleased({ tripId }: SeatReleased): void {
    this.taken.delete(tripId);
    this.released.add(tripId);
  }
}

// #endregion

/** There is one train. */
@Injectable()
export class Trains {
  readonly tickets: string[] = [];

  constructor(@InjectAggregateRepository(Train) private readonly trains: AggregateRepository<Train>) {}

  async change<R>(decide: (train: Train) => R): Promise<R> {
    const found = await this.trains.find('morning');
    return found === undefined ? this.trains.create('morning', decide) : this.trains.update('morning', decide);
  }
  async taken(): Promise<readonly string[]> {
    return [...((await this.trains.find('morning'))?.taken.keys() ?? [])];
  }
}

@CommandHandler(ReserveSeat)
export class ReserveSeatHandler implements ICommandHandler<ReserveSeat> {
  constructor(private readonly trains: Trains) {}

  async execute({ tripId }: ReserveSeat): Promise<{ seat: string }> {
    return { seat: await this.trains.change((train) => train.reserve(tripId)) };
  }
}

@CommandHandler(ReleaseSeat)
export class ReleaseSeatHandler implements ICommandHandler<ReleaseSeat> {
  constructor(private readonly trains: Trains) {}

  execute({ tripId }: ReleaseSeat): Promise<void> {
    return this.trains.change((train) => train.release(tripId));
  }
}

@CommandHandler(PrintTicket)
export class PrintTicketHandler implements ICommandHandler<PrintTicket> {
  constructor(private readonly trains: Trains) {}

  async execute({ tripId, seat }: PrintTicket): Promise<void> {
    this.trains.tickets.push(`${tripId} ${seat}`);
  }
}

@Module({
  imports: [MinosModule.forRoot({ service: 'rail' }), MinosModule.forFeature({ aggregates: [Train] })],
  providers: [Trains, ReserveSeatHandler, ReleaseSeatHandler, PrintTicketHandler],
})
export class RailModule {}

/** Rooms in the memory of the process, which is enough to show the other side. */
@Injectable()
export class Rooms {
  readonly taken = new Map<string, number>();
  price = 80;
  free = 2;
}

@CommandHandler(ReserveRoom)
export class ReserveRoomHandler implements ICommandHandler<ReserveRoom> {
  constructor(private readonly rooms: Rooms) {}

  async execute({ tripId, nights }: ReserveRoom): Promise<{ price: number }> {
    const { taken, free, price } = this.rooms;
    if (!taken.has(tripId) && taken.size >= free) throw new Rejection('hotel.full', 'No room is left.');
    taken.set(tripId, nights);
    return { price: price * nights };
  }
}

@CommandHandler(ReleaseRoom)
export class ReleaseRoomHandler implements ICommandHandler<ReleaseRoom> {
  constructor(private readonly rooms: Rooms) {}

  async execute({ tripId }: ReleaseRoom): Promise<void> {
    this.rooms.taken.delete(tripId);
  }
}

@Module({ imports: [MinosModule.forRoot({ service: 'hotel' })], providers: [Rooms, ReserveRoomHandler, ReleaseRoomHandler] })
export class HotelModule {}
