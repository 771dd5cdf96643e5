import { ViewQueryInvalidError } from '../errors/view.errors.js';

const FIELD = /^[A-Za-z_]\w{0,62}$/;

/** Names of fields stand in statements themselves: nothing but letters, digits and underscores may. */
export function isFieldName(name: unknown): boolean {
  return typeof name === 'string' && FIELD.test(name);
}

/** Throws `VIEW_QUERY_INVALID`. */
export function fieldName(name: unknown): string {
  if (!isFieldName(name)) throw new ViewQueryInvalidError(JSON.stringify(name), 'is no name of a field');
  return name as string;
}
