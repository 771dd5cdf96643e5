import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Order } from '../domain/order.aggregate.js';
import { ConfirmOrder } from './confirm-order.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(ConfirmOrder)
export class ConfirmOrderHandler implements ICommandHandler<ConfirmOrder> {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  execute({ orderId }: ConfirmOrder): Promise<{ version: number }> {
    return this.orders.update(orderId, (order) => {
      order.confirm();
      return { version: versionOf(order) };
    });
  }
}
