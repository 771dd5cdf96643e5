import type { OrderLine } from '../domain/order-line.js';

/** What the checkout of an order knows. */
export interface CheckoutState {
  readonly orderId: string;
  readonly accountId: string;
  readonly lines: readonly OrderLine[];
  /** In cents; `null` until the pieces are reserved. */
  readonly total: number | null;
  /** Code of what ended the way forward. */
  readonly reason?: string;
}
