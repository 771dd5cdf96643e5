import { Query } from '@minos/common';
import type { ProductState } from '../domain/product.aggregate.js';

export interface ProductView extends ProductState {
  readonly sku: string;
  /** How many events the product has. */
  readonly version: number;
}

@Query('product.get')
export class GetProduct extends Query<ProductView> {
  constructor(readonly sku: string) {
    super();
  }
}
