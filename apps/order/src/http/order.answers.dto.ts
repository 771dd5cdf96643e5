import type { SagaStatus } from '@minos/saga';
import { ApiProperty } from '@nestjs/swagger';
import type { OrderStatus } from '../domain/order-status.js';
import { OrderLineBody } from './place-order.dto.js';

export class PlacedAnswer {
  orderId!: string;
  /** @example 'placed' */
  status!: OrderStatus;
  /** Why the order was rejected, where its end was waited for. */
  reason?: string;
}

/** How far the checkout of an order is. */
export class CheckoutAnswer {
  @ApiProperty({ enum: ['running', 'compensating', 'parked', 'completed', 'compensated'] })
  status!: SagaStatus;
  /**
   * The step that it is at; missing once it has ended.
   * @example 'hold-money'
   */
  step?: string;
  /**
   * What that step waits for.
   * @example 'the answer to payment.hold'
   */
  waitingFor?: string;
  /**
   * Why it is taken back: the code of a rejection, or what was not answered in time.
   * @example 'payment.declined'
   */
  reason?: string;
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
  /** Its checkout; missing until that has begun. */
  @ApiProperty({ type: CheckoutAnswer, required: false })
  saga?: CheckoutAnswer;
}

/** A line of an order of the history. */
export class ListedLine extends OrderLineBody {
  /** As the product service has it; missing until it has told. */
  title?: string;
}

/** An order of the history. */
export class ListedOrder {
  orderId!: string;
  accountId!: string;
  /** @example 'placed' */
  status!: OrderStatus;
  /** Why the order was rejected. */
  reason?: string;
  /** In cents; `null` until the prices are fixed. */
  total!: number | null;
  @ApiProperty({ type: [ListedLine] })
  lines!: ListedLine[];
  /** When it was placed, ISO 8601. */
  placedAt!: string;
  version!: number;
}

export class OrdersAnswer {
  items!: ListedOrder[];
  /** For the next page, as `after`; `null` where this is the last. */
  @ApiProperty({ type: String, nullable: true })
  next!: string | null;
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
