import { MinosError } from '../errors/minos-error.js';
import type { MinosErrorOptions } from '../errors/minos-error.js';

/** Somebody else changed what the work was decided on. Nothing was committed; decide again on what is there now. */
export class ConcurrencyConflictError extends MinosError {
  readonly code = 'CONCURRENCY_CONFLICT' as const;
  readonly retryable = true;
}

/** A unit whose decision stood on another unit's outcome, which then failed. A conflict like any other, told apart for the retry count. */
export class DependencyFailedError extends ConcurrencyConflictError {
  constructor(unitId: string, previousId: string, options: MinosErrorOptions = {}) {
    super(`The unit ${unitId} was decided on what the unit ${previousId} was about to commit, and that one failed: decide it again.`, {
      ...options,
      details: { unitId, previousId },
    });
  }
}

export class OverloadedError extends MinosError {
  readonly code = 'OVERLOADED' as const;
  readonly retryable = true;

  constructor(queued: number, limit: number) {
    super(`The commit queue is full: ${queued} units wait, the limit is ${limit}. Nothing was stored; try again later.`, {
      details: { queued, limit },
    });
  }
}

/** The connection was lost during a commit and the database could not be asked in time whether it took place. */
export class OutcomeUnknownError extends MinosError {
  readonly code = 'OUTCOME_UNKNOWN' as const;
  readonly retryable = true;

  constructor(unitId: string, options: MinosErrorOptions = {}) {
    super(
      `The connection was lost while the unit ${unitId} was committing, and whether it did could not be found out. ` +
        `Ask again with the same idempotency key or the same event ids: what was stored is not stored twice.`,
      { ...options, details: { unitId, ...options.details } },
    );
  }
}

/** A unit inside another one would wait for the store that the outer one holds, and the outer one for it. */
export class StoreHeldError extends MinosError {
  readonly code = 'STORE_HELD' as const;
  readonly retryable = false;

  constructor(unitId: string, outerId: string) {
    super(
      `The unit ${unitId} runs inside the unit ${outerId}, which has flushed and has the memory store to itself until it ends: they would wait for each other. ` +
        `Flush behind the inner unit, run it without mode 'new', or after the commit (onCommitted).`,
      { details: { unitId, outerId } },
    );
  }
}

export class UnitEndedError extends MinosError {
  readonly code = 'UNIT_ENDED' as const;
  readonly retryable = false;

  constructor(unitId: string, state: string, attempted: string) {
    super(
      `${attempted} was called on the unit ${unitId}, which is ${state}. Await everything that belongs to a unit before its work returns.`,
      { details: { unitId, state } },
    );
  }
}

export class UnitOfWorkClosedError extends MinosError {
  readonly code = 'UNIT_OF_WORK_CLOSED' as const;
  readonly retryable = true;

  constructor() {
    super('The unit of work is closed because the application is shutting down. Nothing was stored; ask another instance.');
  }
}

export class UnknownChangeError extends MinosError {
  readonly code = 'UNKNOWN_CHANGE' as const;
  readonly retryable = false;

  constructor(kind: string, known: readonly string[]) {
    super(
      `No writer is registered for changes of the kind "${kind}"; known are: ${known.join(', ') || 'none'}. ` +
        `Import the module of the library that enlists it, or register its writer with the committer.`,
      { details: { kind } },
    );
  }
}
