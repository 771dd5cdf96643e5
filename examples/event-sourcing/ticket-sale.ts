// #region aggregate
import { Event, Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';

@Event('sale.opened')
export class SaleOpened {
  constructor(readonly seats: number) {}
}

@Event('sale.seat-sold')
export class SeatSold {
  constructor(
    readonly seat: number,
    readonly buyer: string,
  ) {}
}

@Aggregate('sale', { snapshotEvery: 100 })
export class Sale extends AggregateRoot<SaleOpened | SeatSold> {
  private seats = 0;
  private sold = 0;

  open(seats: number): void {
    if (this.seats > 0) throw new Rejection('sale.open', 'The sale is open already.');
    this.apply(new SaleOpened(seats));
  }

  sell(buyer: string): number {
    if (this.sold === this.seats) throw new Rejection('sale.sold-out', 'No seat is left.');
    const seat = this.sold + 1;
    this.apply(new SeatSold(seat, buyer));
    return seat;
  }

  @On(SaleOpened) protected opened({ seats }: SaleOpened): void {
    this.seats = seats;
  }

  @On(SeatSold) protected seatSold(): void {
    this.sold += 1;
  }
}
// #endregion
