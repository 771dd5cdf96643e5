import { Projection, type ProjectionContext, When } from '@minos/cqrs';
import { OrderCancelled, OrderConfirmed, OrderPlaced, OrderPriced, OrderRejected } from '../domain/order.events.js';
import { OrderRow } from './order-row.js';

/** The orders of everybody, for `GET /orders`. */
// #region projection
@Projection('order-history', { version: 1, views: [OrderRow] })
export class OrderHistory {
  @When(OrderPlaced)
  placed({ orderId, accountId, lines }: OrderPlaced, context: ProjectionContext): void {
    const { recorded } = context;
    context.view(OrderRow).upsert({
      orderId,
      owner: subjectOf(recorded.metadata.principal),
      accountId,
      status: 'placed',
      reason: null,
      total: null,
      lines,
      placedAt: recorded.recordedAt.toISOString(),
      version: recorded.version,
    });
  }

  @When(OrderPriced)
  priced({ orderId, total }: OrderPriced, { view, recorded: { version } }: ProjectionContext): void {
    view(OrderRow).patch(orderId, { status: 'paying', total, version });
  }

  @When(OrderConfirmed)
  confirmed({ orderId, total }: OrderConfirmed, { view, recorded: { version } }: ProjectionContext): void {
    view(OrderRow).patch(orderId, { status: 'confirmed', total, version });
  }

  @When(OrderRejected)
  rejected({ orderId, reason }: OrderRejected, { view, recorded: { version } }: ProjectionContext): void {
    view(OrderRow).patch(orderId, { status: 'rejected', reason, version });
  }

  @When(OrderCancelled)
  cancelled({ orderId }: OrderCancelled, { view, recorded: { version } }: ProjectionContext): void {
    view(OrderRow).patch(orderId, { status: 'cancelled', version });
  }
}
// #endregion

function subjectOf(principal: unknown): string | null {
  const { subject } = (principal ?? {}) as { readonly subject?: unknown };
  return typeof subject === 'string' ? subject : null;
}
