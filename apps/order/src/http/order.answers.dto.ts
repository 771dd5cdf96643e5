import { ApiProperty } from '@nestjs/swagger';
import type { OrderStatus } from '../domain/order-status.js';
import { OrderLineBody } from './place-order.dto.js';

export class PlacedAnswer {
  orderId!: string;
  /** @example 'placed' */
  status!: OrderStatus;
}

export class OrderAnswer {
  orderId!: string;
  /** @example 'placed' */
  status!: OrderStatus;
  /** Why the order was rejected. */
  reason?: string;
  /** In cents; `null` until the prices are fixed. */
  total!: number | null;
  @ApiProperty({ type: [OrderLineBody] })
  lines!: OrderLineBody[];
  /** How many events the order has. */
  version!: number;
}

export class OrderEventAnswer {
  /** @example 'order.placed' */
  type!: string;
  /** @example 1 */
  version!: number;
  /** When it was recorded, ISO 8601. */
  at!: string;
  data!: object;
}

export class OrderEventsAnswer {
  events!: OrderEventAnswer[];
}
