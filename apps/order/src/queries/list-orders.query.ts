import { type Page, Query } from '@minos/cqrs';
import type { OrderLine } from '../domain/order-line.js';
import type { OrderRow } from '../history/order-row.js';

/** A line of the history; without a title where the product service has told of none. */
export interface TitledLine extends OrderLine {
  readonly title?: string;
}

export interface TitledOrder extends Omit<OrderRow, 'lines'> {
  readonly lines: readonly TitledLine[];
}

/** The orders of one person, newest first. */
@Query('order.list')
export class ListOrders extends Query<Page<TitledOrder>> {
  constructor(
    readonly owner: string,
    readonly limit: number,
    /** The `next` of the page before. */
    readonly after: string | undefined,
  ) {
    super();
  }
}
