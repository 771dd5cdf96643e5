import { Rejection } from '@minos/common';
import { Aggregate, AggregateRoot, On } from '@minos/event-sourcing';
import type { OrderLine } from './order-line.js';
import type { OrderStatus } from './order-status.js';
import { OrderCancelled, OrderConfirmed, OrderPlaced, OrderPriced, OrderRejected } from './order.events.js';

/** What an order is, folded from its events. */
export interface OrderState {
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly total: number | null;
  readonly accountId: string;
  readonly lines: readonly OrderLine[];
}

@Aggregate('order')
export class Order extends AggregateRoot {
  private status: OrderStatus | 'new' = 'new';
  private reason: string | undefined;
  private total: number | null = null;
  private accountId = '';
  private lines: readonly OrderLine[] = [];

  constructor(readonly id: string) {
    super();
  }

  place(accountId: string, lines: readonly OrderLine[]): void {
    this.apply(new OrderPlaced(this.id, accountId, lines));
  }

  /** Fixes the total, once: fixing it again changes nothing. */
  price(total: number): void {
    this.refuseUnlessOpen('priced');
    if (this.status === 'placed') this.apply(new OrderPriced(this.id, total));
  }

  /** Ends the order well, at the total that was fixed. Confirming again changes nothing. */
  confirm(): void {
    if (this.status === 'confirmed') return;
    this.refuseUnlessOpen('confirmed');
    if (this.total === null) throw new Rejection('order.unpriced', `Order ${this.id} has no total yet and can not be confirmed.`);
    this.apply(new OrderConfirmed(this.id, this.total));
  }

  /** Ends the order badly, unless it was cancelled: then it has ended so. Rejecting again changes nothing. */
  reject(reason: string): void {
    if (this.status === 'rejected' || this.status === 'cancelled') return;
    this.refuseUnlessOpen('rejected');
    this.apply(new OrderRejected(this.id, reason));
  }

  /** Cancelling a cancelled order changes nothing; a decided one is too late. */
  cancel(): void {
    if (this.status === 'cancelled') return;
    this.refuseUnlessOpen('cancelled');
    this.apply(new OrderCancelled(this.id));
  }

  state(): OrderState {
    const { status, reason, total, accountId, lines } = this;
    if (status === 'new') throw new Error(`Order ${this.id} has no events.`);
    return { status, total, accountId, lines, ...(reason === undefined ? {} : { reason }) };
  }

  @On(OrderPlaced) protected placed(event: OrderPlaced): void {
    this.status = 'placed';
    this.accountId = event.accountId;
    this.lines = event.lines;
  }

  @On(OrderPriced) protected priced(event: OrderPriced): void {
    this.status = 'paying';
    this.total = event.total;
  }

  @On(OrderConfirmed) protected confirmed(event: OrderConfirmed): void {
    this.status = 'confirmed';
    this.total = event.total;
  }

  @On(OrderRejected) protected rejected(event: OrderRejected): void {
    this.status = 'rejected';
    this.reason = event.reason;
  }

  @On(OrderCancelled) protected cancelled(): void {
    this.status = 'cancelled';
  }

  private refuseUnlessOpen(wanted: string): void {
    const decided = this.status === 'confirmed' || this.status === 'rejected' || this.status === 'cancelled';
    if (decided) throw new Rejection('order.too-late', `Order ${this.id} is ${this.status} and can not be ${wanted} any more.`);
  }
}
