/** What every error of the suite carries besides its text. */
export interface MinosErrorOptions {
  /** The error that led to this one; kept as `cause`. */
  readonly cause?: unknown;
  /** Facts for programs (ids, versions, paths). Never secrets: they may reach logs and problem documents. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const BRAND = Symbol.for('@minos/error');

/**
 * The base of every error that a Minos library throws.
 *
 * `code` is stable over releases and listed in `docs/errors.md`; recognise an error by its code with {@link isMinosError}, never by
 * `instanceof`, which a second copy of the package would break. `retryable` says whether the same call may succeed when it is made
 * again unchanged; the class decides it.
 */
export abstract class MinosError extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: MinosErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether `error` is an error of the suite, and, where `code` is given, that one. */
export function isMinosError(error: unknown, code?: string): error is MinosError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || (error as unknown as MinosError).code === code;
}
