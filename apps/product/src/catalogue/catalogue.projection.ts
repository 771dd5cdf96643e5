import { Projection, type ProjectionContext, When } from '@minos/cqrs';
import { ProductCreated, StockAdjusted, StockReleased, StockReserved } from '../domain/product.events.js';
import { ProductRow } from './product-row.js';

/** The list of products. A sale takes from the house what was not available any more. */
@Projection('catalogue', { version: 1, views: [ProductRow] })
export class Catalogue {
  @When(ProductCreated)
  created({ sku, title, price, onHand }: ProductCreated, { view }: ProjectionContext): void {
    view(ProductRow).upsert({ sku, title, price, available: onHand });
  }

  @When(StockAdjusted)
  adjusted({ sku, delta }: StockAdjusted, context: ProjectionContext): Promise<void> {
    return change(context, sku, delta);
  }

  @When(StockReserved)
  reserved({ sku, quantity }: StockReserved, context: ProjectionContext): Promise<void> {
    return change(context, sku, -quantity);
  }

  @When(StockReleased)
  released({ sku, quantity }: StockReleased, context: ProjectionContext): Promise<void> {
    return change(context, sku, quantity);
  }
}

async function change({ view }: ProjectionContext, sku: string, by: number): Promise<void> {
  const products = view(ProductRow);
  const product = await products.get(sku);
  if (product !== undefined) products.patch(sku, { available: product.available + by });
}
