import { Query } from '@minos/common';

export interface ListedProduct {
  readonly sku: string;
  readonly title: string;
  /** Of one piece, in cents. */
  readonly price: number;
  readonly available: number;
}

export interface ProductPage {
  readonly items: readonly ListedProduct[];
  /** The `after` of the next page; `null` behind the last. */
  readonly next: string | null;
}

/** The products in the order of their skus, as the catalogue knows them: moments behind the stock, unless `atLeast` says how new it must be. */
@Query('product.list')
export class ListProducts extends Query<ProductPage> {
  constructor(
    readonly limit: number,
    /** The sku behind which the page begins; empty for the first page. */
    readonly after: string,
    /** A consistency token. */
    readonly atLeast?: string,
  ) {
    super();
  }
}
