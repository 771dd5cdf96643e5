import type { Unit } from '@minos/common';
import { type Database, sqlOf } from '@minos/postgres';
import type { Catalogue, CatalogueChange, CatalogueEntry } from './catalogue.js';
import { CHANGE_PRODUCTS, ENTER_PRODUCTS, READ_PAGE, READ_VERSION } from './catalogue.sql.js';

interface Row {
  readonly sku: string;
  readonly title: string;
  readonly price: bigint;
  readonly available: bigint;
  readonly version: number;
}

type Made = CatalogueChange & Required<Pick<CatalogueChange, 'made'>>;

/** The table `catalogue` of the service's database. */
export class PostgresCatalogue implements Catalogue {
  constructor(private readonly database: Database) {}

  async apply(unit: Unit, changes: readonly CatalogueChange[]): Promise<void> {
    const sql = sqlOf(unit);
    const made = changes.filter((change): change is Made => change.made !== undefined);
    if (made.length > 0)
      await sql.query(ENTER_PRODUCTS, [
        made.map(({ sku }) => sku),
        made.map((change) => change.made.title),
        made.map((change) => change.made.price),
        made.map(({ available }) => available),
        made.map(({ version }) => version),
      ]);
    const changed = changes.filter((change) => change.made === undefined);
    if (changed.length > 0)
      await sql.query(CHANGE_PRODUCTS, [
        changed.map(({ sku }) => sku),
        changed.map(({ available }) => available),
        changed.map(({ version }) => version),
      ]);
  }

  async page(after: string, limit: number): Promise<CatalogueEntry[]> {
    const { rows } = await this.database.query<Row>(READ_PAGE, [after, limit]);
    return rows.map(({ sku, title, price, available, version }) => ({
      sku,
      title,
      price: Number(price),
      available: Number(available),
      version,
    }));
  }

  async versionOf(sku: string): Promise<number> {
    const { rows } = await this.database.query<Row>(READ_VERSION, [sku]);
    return rows[0]?.version ?? 0;
  }
}
