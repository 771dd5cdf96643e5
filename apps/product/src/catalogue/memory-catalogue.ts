import type { Unit } from '@minos/common';
import type { Catalogue, CatalogueChange, CatalogueEntry } from './catalogue.js';

/** For a service that keeps everything in memory. */
export class MemoryCatalogue implements Catalogue {
  private readonly entries = new Map<string, CatalogueEntry>();

  async apply(unit: Unit, changes: readonly CatalogueChange[]): Promise<void> {
    unit.onStored(() => changes.forEach((change) => this.change(change)));
  }

  async page(after: string, limit: number): Promise<CatalogueEntry[]> {
    const behind = [...this.entries.values()].filter(({ sku }) => compare(sku, after) > 0);
    return behind.sort((a, b) => compare(a.sku, b.sku)).slice(0, limit);
  }

  async versionOf(sku: string): Promise<number> {
    return this.entries.get(sku)?.version ?? 0;
  }

  private change({ sku, made, available, version }: CatalogueChange): void {
    if (made !== undefined) {
      this.entries.set(sku, { sku, ...made, available, version });
      return;
    }
    const entry = this.entries.get(sku);
    if (entry !== undefined) this.entries.set(sku, { ...entry, available: entry.available + available, version });
  }
}

/** By bytes of UTF-8, which is by code points, as the database does it. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
