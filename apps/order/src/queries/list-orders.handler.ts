import { conditions, type IQueryHandler, type Page, QueryHandler, type ViewReader, Views } from '@minos/cqrs';
import { OrderRow } from '../history/order-row.js';
import { ProductTitleRow } from '../history/product-title-row.js';
import { ListOrders, type TitledOrder } from './list-orders.query.js';

const where = conditions<OrderRow>();
const ofProduct = conditions<ProductTitleRow>();
/** As many as one read of a view gives. */
const MOST_TITLES = 1_000;

// #region handler
@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  private readonly orders: ViewReader<OrderRow>;
  private readonly products: ViewReader<ProductTitleRow>;

  constructor(views: Views) {
    this.orders = views.of(OrderRow);
    this.products = views.of(ProductTitleRow);
  }

  async execute({ owner, limit, after }: ListOrders): Promise<Page<TitledOrder>> {
    const page = await this.orders.find({
      where: where.eq('owner', owner),
      orderBy: [where.desc('placedAt')],
      limit,
      ...(after === undefined ? {} : { after }),
    });
    return { ...page, items: await this.titled(page.items) };
  }

  private async titled(orders: readonly OrderRow[]): Promise<TitledOrder[]> {
    const skus = [...new Set(orders.flatMap(({ lines }) => lines.map(({ sku }) => sku)))];
    const found = new Map<string, string>();
    for (let from = 0; from < skus.length; from += MOST_TITLES) {
      const page = await this.products.find({ where: ofProduct.in('sku', skus.slice(from, from + MOST_TITLES)), limit: MOST_TITLES });
      for (const { sku, title } of page.items) found.set(sku, title);
    }
    const titleOf = (sku: string): { title?: string } => (found.has(sku) ? { title: found.get(sku) } : {});
    return orders.map((order) => ({ ...order, lines: order.lines.map((line) => ({ ...line, ...titleOf(line.sku) })) }));
  }
}
// #endregion
