import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { type AggregateRepository, streamOf } from '@minos/event-sourcing';
import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { Order } from '../domain/order.aggregate.js';
import { GetOrder, type OrderView } from './get-order.query.js';

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    const order = await this.orders.load(orderId);
    return { orderId, ...order.state(), version: streamOf(order).version };
  }
}
