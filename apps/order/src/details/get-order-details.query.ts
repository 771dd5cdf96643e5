import { Query } from '@minos/common';
import type { Composed } from '@minos/cqrs';
import type { CatalogueProduct } from '@shop/contracts';
import type { OrderView } from '../queries/get-order.query.js';

/** An order, and what the catalogue says of its products. */
export interface OrderDetailsParts {
  readonly order: OrderView;
  /** Missing where the product service does not answer in time. */
  readonly products?: readonly CatalogueProduct[];
}

@Query('order.details', { owner: 'order' })
export class GetOrderDetails extends Query<Composed<OrderDetailsParts>> {
  constructor(readonly orderId: string) {
    super();
  }
}
