import { Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import type { PricedLine, StockReservation } from '@shop/contracts';
import { ReservationMade, ReservationReleased, ReservationSold } from './reservation.events.js';

/**
 * What is held for one order, over all products: it makes the commands of an order repeatable. It moves in the unit in which the products move, so the two
 * never disagree.
 */
@Aggregate('reservation')
export class Reservation extends AggregateRoot {
  private status: 'none' | 'held' | 'released' | 'sold' = 'none';
  private lines: readonly PricedLine[] = [];
  private total = 0;

  constructor(readonly orderId: string) {
    super();
  }

  make(lines: readonly PricedLine[]): StockReservation {
    const total = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
    this.apply(new ReservationMade(this.orderId, lines, total));
    return this.answer();
  }

  /** What `make` answered. Throws `reservation.released` where nothing is held any more, or nothing may be. */
  answer(): StockReservation {
    this.refuseReleased();
    const { total, lines } = this;
    return { total, lines };
  }

  /** Returns the pieces that are free now: none where it was released before. Throws `reservation.sold`. */
  release(): readonly PricedLine[] {
    if (this.status === 'released') return [];
    if (this.status === 'sold') throw new Rejection('reservation.sold', `What was reserved for order ${this.orderId} is sold.`);
    const { lines } = this;
    this.apply(new ReservationReleased(this.orderId));
    return lines;
  }

  /** Returns the pieces that leave: none where they have left before. Throws `reservation.released`. */
  sell(): readonly PricedLine[] {
    if (this.status === 'sold') return [];
    this.refuseReleased();
    this.apply(new ReservationSold(this.orderId));
    return this.lines;
  }

  @On(ReservationMade) protected made(event: ReservationMade): void {
    this.status = 'held';
    this.lines = event.lines;
    this.total = event.total;
  }

  @On(ReservationReleased) protected released(): void {
    this.status = 'released';
  }

  @On(ReservationSold) protected sold(): void {
    this.status = 'sold';
  }

  private refuseReleased(): void {
    if (this.status !== 'released') return;
    throw new Rejection('reservation.released', `The reservation of order ${this.orderId} was released; nothing is held for it.`);
  }
}
