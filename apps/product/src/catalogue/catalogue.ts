import type { Unit } from '@minos/common';

/** A product as the list shows it. */
export interface CatalogueEntry {
  readonly sku: string;
  readonly title: string;
  readonly price: number;
  readonly available: number;
  /** Version of the product's last event that is in. */
  readonly version: number;
}

/** What a run of events did to one product. */
export interface CatalogueChange {
  readonly sku: string;
  /** Set where the product was made in this run. */
  readonly made?: { readonly title: string; readonly price: number };
  /** Added to what is available; all of it where the product was made in this run. */
  readonly available: number;
  readonly version: number;
}

/**
 * The list of products: a table that the ordered feed fills, so it is there after a restart and may be moments behind the stock.
 */
export interface Catalogue {
  /** The changes take effect when the unit commits, or not at all. One change per product at the most. */
  apply(unit: Unit, changes: readonly CatalogueChange[]): Promise<void>;
  /** At the most `limit` entries behind the sku `after`, in the order of code points. */
  page(after: string, limit: number): Promise<CatalogueEntry[]>;
  /** 0 where the product is not in. */
  versionOf(sku: string): Promise<number>;
}

export const CATALOGUE = Symbol.for('@shop/product/catalogue');
