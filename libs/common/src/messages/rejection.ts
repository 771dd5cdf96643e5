const BRAND = Symbol.for('@minos/rejection');

/**
 * A typed "no" of a handler: an answer, not a fault, so it is never retried and nothing it did is stored. `code` belongs to the
 * user (`stock.insufficient`); HTTP maps codes to statuses by a table, 409 by default.
 */
export class Rejection<K extends string = string> extends Error {
  constructor(
    readonly code: K,
    message: string,
    /** Facts for the caller; they travel with the reply. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'Rejection';
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether `error` is a rejection, and, where `code` is given, that one. Works across copies of the package. */
export function isRejection<K extends string = string>(error: unknown, code?: K): error is Rejection<K> {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
