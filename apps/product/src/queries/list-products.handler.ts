import { type IQueryHandler, Projections, QueryHandler, type ViewReader, Views } from '@minos/cqrs';
import { ProductRow } from '../catalogue/product-row.js';
import { ListProducts, type ProductPage } from './list-products.query.js';

@QueryHandler(ListProducts)
export class ListProductsHandler implements IQueryHandler<ListProducts> {
  private readonly products: ViewReader<ProductRow>;

  constructor(
    views: Views,
    private readonly projections: Projections,
  ) {
    this.products = views.of(ProductRow);
  }

  async execute({ limit, after, atLeast }: ListProducts): Promise<ProductPage> {
    await this.projections.atLeast('catalogue', atLeast);
    const { items, next } = await this.products.find({ limit, ...(after === '' ? {} : { afterKey: after }) });
    return { items, next: next === null ? null : (items.at(-1)?.sku ?? null) };
  }
}
