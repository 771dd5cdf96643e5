import { Query } from '@minos/common';
import type { CheckoutProgress } from '../checkout/checkout-progress.js';
import type { OrderState } from '../domain/order.aggregate.js';

export interface OrderView extends OrderState {
  readonly orderId: string;
  /** How many events the order has. */
  readonly version: number;
  /** Missing until the checkout has begun. */
  readonly saga?: CheckoutProgress;
}

@Query('order.get')
export class GetOrder extends Query<OrderView> {
  constructor(readonly orderId: string) {
    super();
  }
}
