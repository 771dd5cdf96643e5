import { type Page, Query } from '@minos/cqrs';
import type { OrderRow } from '../history/order-row.js';

/** The orders of one person, newest first. */
@Query('order.list')
export class ListOrders extends Query<Page<OrderRow>> {
  constructor(
    readonly owner: string,
    readonly limit: number,
    /** The `next` of the page before. */
    readonly after: string | undefined,
    /** The page is at least so new: what an answer to a command carried. */
    readonly atLeast: string | undefined,
  ) {
    super();
  }
}
