// #region upcasters
import { upcast } from '@minos/event-sourcing';

export const upcasters = [
  // Another shape: the field was called "customer" in version 1.
  upcast('sale.seat-sold', 1).to('sale.seat-sold', 2, ({ customer, ...data }) => ({ ...data, buyer: customer ?? '' })),
  // Another name.
  upcast('sale.started', 1).to('sale.opened', 1),
  // One event that should have been two.
  upcast('sale.started-with-first', 1).into({ 'sale.opened': 1, 'sale.seat-sold': 2 }, ({ seats, buyer }) => ({
    'sale.opened': { seats: seats ?? 0 },
    'sale.seat-sold': { seat: 1, buyer: buyer ?? '' },
  })),
  // No longer of interest.
  upcast('sale.page-viewed', 1).drop(),
];
// #endregion
