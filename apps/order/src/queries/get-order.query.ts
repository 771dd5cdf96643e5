import { Query } from '@minos/common';
import type { OrderState } from '../domain/order.aggregate.js';

export interface OrderView extends OrderState {
  readonly orderId: string;
  /** How many events the order has. */
  readonly version: number;
}

@Query('order.get')
export class GetOrder extends Query<OrderView> {
  constructor(readonly orderId: string) {
    super();
  }
}
