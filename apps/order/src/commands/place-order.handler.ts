import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Order } from '../domain/order.aggregate.js';
import { PlaceOrder } from './place-order.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  execute({ orderId, accountId, lines }: PlaceOrder): Promise<{ orderId: string; version: number }> {
    return this.orders.create(orderId, (order) => {
      order.place(accountId, lines);
      return { orderId, version: versionOf(order) };
    });
  }
}
