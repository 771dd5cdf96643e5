import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { type AggregateRepository, streamOf } from '@minos/event-sourcing';
import { isMinosError } from '@minos/common';
import { type IQueryHandler, QueryHandler, Rejection } from '@minos/cqrs';
import { Checkouts } from '../checkout/checkouts.js';
import { Order } from '../domain/order.aggregate.js';
import { GetOrder, type OrderView } from './get-order.query.js';

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(
    @InjectAggregateRepository(Order) private readonly orders: AggregateRepository<Order>,
    private readonly checkouts: Checkouts,
  ) {}

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    // Two reads: the order is the younger one, so it is never behind its checkout.
    const saga = await this.checkouts.find(orderId);
    const order = await this.orders.load(orderId).catch(noOrder);
    const state = order.state();
    const status = state.status === 'placed' && saga !== undefined ? 'reserving' : state.status;
    return { orderId, ...state, status, version: streamOf(order).version, ...(saga && { saga }) };
  }
}

/** A "no" and no fault, so that other services hear it, too. */
function noOrder(error: unknown): never {
  throw isMinosError(error, 'AGGREGATE_NOT_FOUND') ? new Rejection('order.unknown', 'There is no order.') : error;
}
