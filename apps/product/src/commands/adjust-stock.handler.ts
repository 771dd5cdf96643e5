import { UNIT_OF_WORK, type UnitOfWork } from '@minos/common';
import { InjectAggregateRepository } from '@minos/event-sourcing/module';
import type { AggregateRepository } from '@minos/event-sourcing';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@minos/cqrs';
import { Product } from '../domain/product.aggregate.js';
import type { ProductView } from '../queries/get-product.query.js';
import { AdjustStock } from './adjust-stock.command.js';
import { StockTurns } from './stock-turns.js';
import { versionOf } from './version-of.js';

@CommandHandler(AdjustStock)
export class AdjustStockHandler implements ICommandHandler<AdjustStock> {
  constructor(
    @InjectAggregateRepository(Product) private readonly products: AggregateRepository<Product>,
    @Inject(UNIT_OF_WORK) private readonly unitOfWork: UnitOfWork,
    private readonly turns: StockTurns,
  ) {}

  execute({ sku, delta }: AdjustStock): Promise<ProductView> {
    return this.unitOfWork.run(async (unit) => {
      await this.turns.take(unit, [sku]);
      return this.products.update(sku, (product) => {
        product.adjust(delta);
        return { sku, ...product.state(), version: versionOf(product) };
      });
    });
  }
}
