import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import { type AggregateRepository, streamOf } from '@minos/event-sourcing';
import { type IQueryHandler, QueryHandler } from '@minos/cqrs';
import { Product } from '../domain/product.aggregate.js';
import { GetProduct, type ProductView } from './get-product.query.js';

@QueryHandler(GetProduct)
export class GetProductHandler implements IQueryHandler<GetProduct> {
  constructor(@InjectAggregateRepository(Product) private readonly products: AggregateRepository<Product>) {}

  async execute({ sku }: GetProduct): Promise<ProductView> {
    const product = await this.products.load(sku);
    return { sku, ...product.state(), version: streamOf(product).version };
  }
}
