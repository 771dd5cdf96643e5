import { Projection, type ProjectionContext, When } from '@minos/cqrs';
import { ProductCreated } from '@shop/contracts';
import { ProductTitleRow } from './product-title-row.js';

/** The titles that the history shows: a view on the events of the product service. */
// #region projection
@Projection('product-titles', { version: 1, from: 'product', views: [ProductTitleRow] })
export class ProductTitles {
  @When(ProductCreated)
  created({ sku, title }: ProductCreated, { view }: ProjectionContext): void {
    view(ProductTitleRow).upsert({ sku, title });
  }
}
// #endregion
