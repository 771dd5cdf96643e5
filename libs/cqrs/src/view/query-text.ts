import { isWellFormed, type JsonValue } from '@minos/common';
import { ViewQueryInvalidError } from '../errors/view.errors.js';

/** A text of a query, as it is. Throws `VIEW_QUERY_INVALID` for one that no row can have: with NUL, or with half of a surrogate pair. */
export function queryText(text: string, what: string): string {
  if (typeof text === 'string' && isWellFormed(text) && !text.includes('\0')) return text;
  throw new ViewQueryInvalidError(what, 'holds a text that is none: it has NUL, or half of a surrogate pair');
}

/** The same for a value, with all texts in it. */
export function queryValue(value: JsonValue, what: string): JsonValue {
  if (typeof value === 'string') queryText(value, what);
  else if (Array.isArray(value)) for (const one of value) queryValue(one as JsonValue, what);
  else if (value !== null && typeof value === 'object')
    for (const [name, one] of Object.entries(value)) {
      queryText(name, what);
      queryValue(one, what);
    }
  return value;
}
