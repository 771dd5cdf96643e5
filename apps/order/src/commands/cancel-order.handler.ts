import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { demandOwnOrder, noOrder } from '../access/own-order.js';
import { Order } from '../domain/order.aggregate.js';
import { CancelOrder } from './cancel-order.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  execute({ orderId }: CancelOrder): Promise<{ version: number }> {
    return this.orders
      .update(orderId, (order) => {
        demandOwnOrder(order.state().accountId);
        order.cancel();
        return { version: versionOf(order) };
      })
      .catch(noOrder);
  }
}
