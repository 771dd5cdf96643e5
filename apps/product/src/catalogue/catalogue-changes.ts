import type { Delivery } from '@minos/event-sourcing';
import { ProductCreated, StockAdjusted, StockReleased, StockReserved } from '../domain/product.events.js';
import type { CatalogueChange } from './catalogue.js';

/** The events that the list shows something of. A sale takes from the house what was not available any more. */
export const LISTED_EVENTS = ['product.created', 'stock.adjusted', 'stock.reserved', 'stock.released'] as const;

/** What a run of events, in their order, comes to for each product. */
export function changesOf(deliveries: readonly Delivery[]): CatalogueChange[] {
  const changes = new Map<string, CatalogueChange>();
  for (const { recorded, messages } of deliveries) {
    for (const message of messages) {
      const change = changeOf(message, recorded.version);
      const before = changes.get(change.sku);
      changes.set(change.sku, before === undefined ? change : { ...before, ...change, available: before.available + change.available });
    }
  }
  return [...changes.values()];
}

function changeOf(message: unknown, version: number): CatalogueChange {
  if (message instanceof ProductCreated) {
    const { sku, title, price, onHand } = message;
    return { sku, made: { title, price }, available: onHand, version };
  }
  if (message instanceof StockAdjusted) return { sku: message.sku, available: message.delta, version };
  if (message instanceof StockReserved) return { sku: message.sku, available: -message.quantity, version };
  if (message instanceof StockReleased) return { sku: message.sku, available: message.quantity, version };
  throw new TypeError(`The catalogue knows nothing of ${String(message)}.`);
}
