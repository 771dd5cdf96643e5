import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { type AggregateRepository, streamOf } from '@minos/event-sourcing';
import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { demandOwnOrder, noOrder } from '../access/own-order.js';
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
    demandOwnOrder(state.accountId);
    const status = state.status === 'placed' && saga !== undefined ? 'reserving' : state.status;
    return { orderId, ...state, status, version: streamOf(order).version, ...(saga && { saga }) };
  }
}
