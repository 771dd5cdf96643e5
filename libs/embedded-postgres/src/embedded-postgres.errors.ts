/** Codes of the errors that this package throws. */
export type EmbeddedPostgresErrorCode =
  | 'EMBEDDED_POSTGRES_OPTIONS_INVALID'
  | 'EMBEDDED_POSTGRES_IN_PRODUCTION'
  | 'EMBEDDED_POSTGRES_NOT_FOUND'
  | 'EMBEDDED_POSTGRES_BINARIES_UNUSABLE'
  | 'EMBEDDED_POSTGRES_START_FAILED'
  | 'EMBEDDED_POSTGRES_LOCKED'
  | 'EMBEDDED_POSTGRES_SETTINGS_DIFFER'
  | 'EMBEDDED_POSTGRES_DATABASE_NAME';

const BRAND = Symbol.for('@minos/error');

/**
 * The error base of this package, which imports no other of the suite. It has the same shape, so `isMinosError` of `@minos/common` knows it.
 * Recognise an error by its `code`.
 */
export class EmbeddedPostgresError extends Error {
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether the same call may succeed when it is made again unchanged. */
  readonly retryable: boolean;

  constructor(
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EmbeddedPostgresError';
    this.retryable = code === 'EMBEDDED_POSTGRES_LOCKED';
    this.details = options.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}
