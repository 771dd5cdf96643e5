import { testAggregate } from '@minos/event-sourcing/testing';
import { Reservation } from './reservation.aggregate.js';
import { ReservationMade, ReservationReleased, ReservationSold } from './reservation.events.js';

const lines = [
  { sku: 'mug', quantity: 2, price: 500 },
  { sku: 'pen', quantity: 1, price: 150 },
  { sku: 'mug', quantity: 1, price: 500 },
];
const none = testAggregate(Reservation, { id: 'o-1' });
const held = none.given(new ReservationMade('o-1', lines, 1650));
const released = held.given(new ReservationReleased('o-1'));
const sold = held.given(new ReservationSold('o-1'));

describe('a reservation', () => {
  it('fixes prices and total', () => {
    none.when((one) => one.make(lines)).then(new ReservationMade('o-1', lines, 1650));
    none.when((one) => one.make(lines)).thenReturned({ total: 1650, lines });
  });

  it('gives its answer again, also when the pieces are sold', () => {
    held.when((one) => one.answer()).thenReturned({ total: 1650, lines });
    sold.when((one) => one.answer()).thenReturned({ total: 1650, lines });
    released.when((one) => one.answer()).thenRejected('reservation.released');
  });

  it('is released once, and can be before it is made', () => {
    held.when((one) => one.release()).then(new ReservationReleased('o-1'));
    held.when((one) => one.release()).thenReturned(lines);
    released.when((one) => one.release()).thenNothing();
    released.when((one) => one.release()).thenReturned([]);
    none.when((one) => one.release()).then(new ReservationReleased('o-1'));
    none
      .given(new ReservationReleased('o-1'))
      .when((one) => one.answer())
      .thenRejected('reservation.released');
  });

  it('is sold once, and never after it was released, nor released after it was sold', () => {
    held.when((one) => one.sell()).then(new ReservationSold('o-1'));
    sold.when((one) => one.sell()).thenReturned([]);
    released.when((one) => one.sell()).thenRejected('reservation.released');
    sold.when((one) => one.release()).thenRejected('reservation.sold');
  });
});
