import { Query } from '@minos/common';

/** A product as the catalogue shows it. */
export interface CatalogueProduct {
  readonly sku: string;
  readonly title: string;
  /** Of one piece, in cents. */
  readonly price: number;
  /** Pieces that can be ordered. */
  readonly available: number;
}

/** So many products can be asked for at once. */
export const MOST_PRODUCTS = 100;

/**
 * The products with these skus, in the order of their skus, as the catalogue knows them: moments behind the stock. What it does not know is not in the answer. Rejected
 * with `catalogue.too-many` for more than {@link MOST_PRODUCTS}.
 */
@Query('catalogue.products', { owner: 'product' })
export class GetProducts extends Query<readonly CatalogueProduct[]> {
  constructor(readonly skus: readonly string[]) {
    super();
  }
}
