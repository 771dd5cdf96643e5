import { conditions, type IQueryHandler, QueryHandler, Rejection, type ViewReader, Views } from '@minos/cqrs';
import { type CatalogueProduct, GetProducts, MOST_PRODUCTS } from '@shop/contracts';
import { ProductRow } from '../catalogue/product-row.js';

const where = conditions<ProductRow>();

@QueryHandler(GetProducts)
export class GetProductsHandler implements IQueryHandler<GetProducts> {
  private readonly products: ViewReader<ProductRow>;

  constructor(views: Views) {
    this.products = views.of(ProductRow);
  }

  async execute({ skus }: GetProducts): Promise<readonly CatalogueProduct[]> {
    const wanted = [...new Set(skus)];
    if (wanted.length > MOST_PRODUCTS)
      throw new Rejection('catalogue.too-many', `Ask for ${MOST_PRODUCTS} products at once at the most, not for ${wanted.length}.`);
    if (wanted.length === 0) return [];
    const { items } = await this.products.find({ where: where.in('sku', wanted), limit: MOST_PRODUCTS });
    return items;
  }
}
