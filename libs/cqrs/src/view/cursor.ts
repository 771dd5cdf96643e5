import type { JsonValue } from '@minos/common';
import type { ViewOrder, ViewPlace, ViewRow } from '../contracts/view-store.js';
import { ViewQueryInvalidError } from '../errors/view.errors.js';

const orderText = (orderBy: readonly ViewOrder[]): string => orderBy.map(({ field, direction }) => `${field} ${direction}`).join();

/** The opaque text for the place behind a row. */
export function cursorBehind({ key, data }: ViewRow, orderBy: readonly ViewOrder[]): string {
  const values = orderBy.map(({ field }) => (Object.hasOwn(data, field) ? (data[field] ?? null) : null));
  return Buffer.from(JSON.stringify([orderText(orderBy), values, key])).toString('base64url');
}

/** Throws `VIEW_QUERY_INVALID` for a text that no page of this order ended with. */
export function placeOf(cursor: string, orderBy: readonly ViewOrder[]): ViewPlace {
  const [order, values, key] = parsed(cursor);
  if (order !== orderText(orderBy) || !Array.isArray(values) || values.length !== orderBy.length || typeof key !== 'string')
    throw new ViewQueryInvalidError('after', 'is not what a page of this query ended with; give its `next`, or leave it out');
  return { values: values as JsonValue[], key };
}

function parsed(cursor: string): unknown[] {
  try {
    const found: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
