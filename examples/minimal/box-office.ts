// #region service
import { AggregateRoot, Command, CommandHandler, Event, Projection, View, When } from '@minos/cqrs';
import type { ICommandHandler, ProjectionContext } from '@minos/cqrs';
import { Aggregate, type AggregateRepository } from '@minos/event-sourcing';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { MinosModule } from '@minos/nest';
import { Module } from '@nestjs/common';

@Event('seat.sold')
export class SeatSold {
  constructor(readonly sale: { readonly seat: string; readonly guest: string }) {}
}

@Aggregate('seat')
export class Seat extends AggregateRoot {
  sell(sale: SeatSold['sale']): void {
    this.apply(new SeatSold(sale));
  }
}

@Command('seat.sell', { owner: 'box-office' })
export class SellSeat extends Command {
  constructor(readonly sale: SeatSold['sale']) {
    super();
  }
}

@CommandHandler(SellSeat)
export class SellSeatHandler implements ICommandHandler<SellSeat> {
  constructor(@InjectAggregateRepository(Seat) private readonly seats: AggregateRepository<Seat>) {}

  execute({ sale }: SellSeat): Promise<void> {
    return this.seats.create(sale.seat, (seat) => seat.sell(sale));
  }
}

@View<GuestRow>('guests', { key: 'seat', indexes: [['guest']] })
export class GuestRow {
  readonly seat!: string;
  readonly guest!: string;
}

@Projection('guest-list', { version: 1, views: [GuestRow] })
export class GuestList {
  @When(SeatSold) sold({ sale }: SeatSold, { view }: ProjectionContext): void {
    view(GuestRow).upsert(sale);
  }
}

@Module({
  imports: [MinosModule.forRoot({ service: 'box-office' }), MinosModule.forFeature({ aggregates: [Seat] })],
  providers: [SellSeatHandler, GuestList],
})
export class BoxOfficeModule {}
// #endregion
