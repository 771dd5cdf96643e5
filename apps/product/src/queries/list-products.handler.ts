import { CLOCK, type Clock } from '@minos/common';
import { NotYetConsistentError, parseConsistencyToken } from '@minos/nest';
import { Inject } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { CATALOGUE, type Catalogue } from '../catalogue/catalogue.js';
import { ListProducts, type ProductPage } from './list-products.query.js';

/** How long a page waits for the event that it must have. */
const WITHIN_MS = 2_000;
const LOOK_MS = 20;
const STREAMS = 'product-';

@QueryHandler(ListProducts)
export class ListProductsHandler implements IQueryHandler<ListProducts> {
  constructor(
    @Inject(CATALOGUE) private readonly catalogue: Catalogue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ limit, after, atLeast }: ListProducts): Promise<ProductPage> {
    if (atLeast !== undefined) await this.wait(atLeast);
    // One more than asked for tells whether there is a next page.
    const entries = await this.catalogue.page(after, limit + 1);
    const items = entries.slice(0, limit).map(({ sku, title, price, available }) => ({ sku, title, price, available }));
    return { items, next: entries.length > limit ? (items.at(-1)?.sku ?? null) : null };
  }

  /** Throws `NOT_YET_CONSISTENT` where the catalogue has not come so far in time. Marks of other services do not concern it. */
  private async wait(token: string): Promise<void> {
    const mark = parseConsistencyToken(token);
    if (mark.service !== 'product' || !mark.stream.startsWith(STREAMS)) return;
    const sku = mark.stream.slice(STREAMS.length);
    const deadline = this.clock.monotonic() + WITHIN_MS;
    for (;;) {
      const found = await this.catalogue.versionOf(sku);
      if (found >= mark.version) return;
      if (this.clock.monotonic() >= deadline) throw new NotYetConsistentError(mark, found);
      await this.clock.sleep(LOOK_MS);
    }
  }
}
