import { Consumer, Messages } from '@minos/messaging';
import { EventsHandler, type IEventHandler } from '@minos/cqrs';
import { ReleaseStock, ReserveStock } from '@shop/contracts';
import { OrderCancelled, OrderPlaced } from '../domain/order.events.js';

// #region event
/**
 * Asks the product service for the pieces of a placed order, and gives back those of a cancelled one. The commands of an order have one key, so they arrive in the
 * order of its events; a release that finds nothing keeps a reservation that comes later from being made.
 */
@EventsHandler(OrderPlaced, OrderCancelled)
@Consumer('order.stock')
export class OrderStockHandler implements IEventHandler<OrderPlaced | OrderCancelled> {
  constructor(private readonly messages: Messages) {}

  async handle(event: OrderPlaced | OrderCancelled): Promise<void> {
    const { orderId } = event;
    await this.messages.send(event instanceof OrderPlaced ? new ReserveStock(orderId, event.lines) : new ReleaseStock(orderId));
  }
}
// #endregion
