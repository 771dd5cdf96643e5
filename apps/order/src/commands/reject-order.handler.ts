import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Order } from '../domain/order.aggregate.js';
import { RejectOrder } from './reject-order.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(RejectOrder)
export class RejectOrderHandler implements ICommandHandler<RejectOrder> {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  execute({ orderId, reason }: RejectOrder): Promise<{ version: number }> {
    return this.orders.update(orderId, (order) => {
      order.reject(reason);
      return { version: versionOf(order) };
    });
  }
}
