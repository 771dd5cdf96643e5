import { View } from '@minos/cqrs';

/** What a product is called, as the product service has it. */
@View<ProductTitleRow>('product_titles', { key: 'sku' })
export class ProductTitleRow {
  readonly sku!: string;
  readonly title!: string;
}
