import { View } from '@minos/cqrs';
import type { OrderLine } from '../domain/order-line.js';
import type { OrderStatus } from '../domain/order-status.js';

/** An order as the history shows it. */
// #region view
@View<OrderRow>('orders', { key: 'orderId', indexes: [['owner', 'placedAt']] })
export class OrderRow {
  readonly orderId!: string;
  /** Who placed it: the subject of the principal; null where there was none. */
  readonly owner!: string | null;
  readonly accountId!: string;
  readonly status!: OrderStatus;
  readonly reason!: string | null;
  readonly total!: number | null;
  readonly lines!: readonly OrderLine[];
  /** ISO 8601. */
  readonly placedAt!: string;
  readonly version!: number;
}
// #endregion
