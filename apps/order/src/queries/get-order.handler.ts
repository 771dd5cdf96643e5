import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { type AggregateRepository, streamOf } from '@minos/event-sourcing';
import { isMinosError } from '@minos/common';
import { type IQueryHandler, QueryHandler, Rejection } from '@minos/cqrs';
import { Order } from '../domain/order.aggregate.js';
import { GetOrder, type OrderView } from './get-order.query.js';

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(@InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>) {}

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    const order = await this.orders.load(orderId).catch(noOrder);
    return { orderId, ...order.state(), version: streamOf(order).version };
  }
}

/** A "no" and no fault, so that other services hear it, too. */
function noOrder(error: unknown): never {
  throw isMinosError(error, 'AGGREGATE_NOT_FOUND') ? new Rejection('order.unknown', 'There is no order.') : error;
}
