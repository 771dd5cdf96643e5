import { MinosError, type MinosErrorOptions } from '@minos/common';

/** Codes of the errors that {@link Database} throws itself; what the server says about a statement leaves as the driver's `DatabaseError`. */
export type DatabaseErrorCode =
  | 'DATABASE_UNAVAILABLE'
  | 'DATABASE_REFUSED'
  | 'DATABASE_CLOSED'
  | 'DATABASE_CONNECTION_RELEASED'
  | 'POOL_EXHAUSTED'
  | 'STATEMENT_TIMEOUT'
  | 'TRANSACTION_ABORTED';

/** Where the connection failed: nothing was sent yet (`connect`), a statement was on its way (`statement`), or the COMMIT was (`commit`). */
export type UnavailablePhase = 'connect' | 'statement' | 'commit';

/** The server cannot be reached, or the connection to it was lost. */
export class DatabaseUnavailableError extends MinosError {
  readonly code = 'DATABASE_UNAVAILABLE' as const;
  readonly retryable = true;

  constructor(
    message: string,
    readonly phase: UnavailablePhase,
    options?: MinosErrorOptions,
  ) {
    super(message, { ...options, details: { ...options?.details, phase } });
  }

  /** Whether the server may have received, and even finished, what was sent. */
  get sent(): boolean {
    return this.phase !== 'connect';
  }
}

/** The server answered and refused the login: wrong password, unknown role or database. */
export class DatabaseRefusedError extends MinosError {
  readonly code = 'DATABASE_REFUSED' as const;
  readonly retryable = false;
}

/** `close()` was called before. */
export class DatabaseClosedError extends MinosError {
  readonly code = 'DATABASE_CLOSED' as const;
  readonly retryable = false;
}

/** A connection was used after `release()`, or an executor of a transaction after its end. */
export class ConnectionReleasedError extends MinosError {
  readonly code = 'DATABASE_CONNECTION_RELEASED' as const;
  readonly retryable = false;
}

/** No connection became free within `acquireTimeoutMs`. */
export class PoolExhaustedError extends MinosError {
  readonly code = 'POOL_EXHAUSTED' as const;
  readonly retryable = true;
}

/** The server cancelled a statement because it ran for longer than `statementTimeoutMs`. Nothing of the statement was stored. */
export class StatementTimeoutError extends MinosError {
  readonly code = 'STATEMENT_TIMEOUT' as const;
  readonly retryable = true;
}

/** A statement of the transaction had failed and its error was swallowed, so that COMMIT rolled everything back. */
export class TransactionAbortedError extends MinosError {
  readonly code = 'TRANSACTION_ABORTED' as const;
  readonly retryable = false;
}
