import { View } from '@minos/cqrs';

/** A product as the list shows it. */
@View<ProductRow>('products', { key: 'sku' })
export class ProductRow {
  readonly sku!: string;
  readonly title!: string;
  readonly price!: number;
  readonly available!: number;
}
