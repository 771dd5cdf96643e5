import { conditions, type IQueryHandler, type Page, Projections, QueryHandler, type ViewReader, Views } from '@minos/cqrs';
import { OrderRow } from '../history/order-row.js';
import { ListOrders } from './list-orders.query.js';

const where = conditions<OrderRow>();

// #region handler
@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  private readonly orders: ViewReader<OrderRow>;

  constructor(
    views: Views,
    private readonly projections: Projections,
  ) {
    this.orders = views.of(OrderRow);
  }

  async execute({ owner, limit, after, atLeast }: ListOrders): Promise<Page<OrderRow>> {
    await this.projections.atLeast('order-history', atLeast);
    return this.orders.find({
      where: where.eq('owner', owner),
      orderBy: [where.desc('placedAt')],
      limit,
      ...(after === undefined ? {} : { after }),
    });
  }
}
// #endregion
