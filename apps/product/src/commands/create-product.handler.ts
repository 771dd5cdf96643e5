import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Product } from '../domain/product.aggregate.js';
import { CreateProduct } from './create-product.command.js';
import { versionOf } from './version-of.js';

@CommandHandler(CreateProduct)
export class CreateProductHandler implements ICommandHandler<CreateProduct> {
  constructor(@InjectAggregateRepository(Product) private readonly products: AggregateRepository<Product>) {}

  execute({ sku, title, price, onHand }: CreateProduct): Promise<{ version: number }> {
    return this.products.create(sku, (product) => {
      product.create({ title, price, onHand });
      return { version: versionOf(product) };
    });
  }
}
