import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Order } from '../domain/order.aggregate.js';
import { PriceOrder } from './price-order.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(PriceOrder)
export class PriceOrderHandler implements ICommandHandler<PriceOrder> {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  execute({ orderId, total }: PriceOrder): Promise<{ version: number }> {
    return this.orders.update(orderId, (order) => {
      order.price(total);
      return { version: versionOf(order) };
    });
  }
}
