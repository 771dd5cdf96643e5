import { MinosError } from '@minos/common';

/** A statement came from inside a transaction callback whose savepoint is over. */
export class SavepointEndedError extends MinosError {
  readonly code = 'SAVEPOINT_ENDED' as const;
  readonly retryable = false;

  constructor() {
    super(
      'A statement came from inside a transaction() callback that has been committed or rolled back already; outside of it, it would not be undone ' +
        'with the rest. Await everything inside the callback; with Promise.all, one failure ends the callback while the others still run: use Promise.allSettled.',
    );
  }
}

/** A statement waited for a savepoint of another flow that did not end. */
export class SavepointHeldError extends MinosError {
  readonly code = 'SAVEPOINT_HELD' as const;
  readonly retryable = false;

  constructor(waitedMs: number) {
    super(
      `A statement waited ${waitedMs} ms for a savepoint of the same unit that did not end. Inside a transaction begun with startTransaction(), go through ` +
        'its own manager; inside a transaction() callback, do not wait for work that was started outside of it.',
      { details: { waitedMs } },
    );
  }
}

/** Enlisted changes were written inside a savepoint that was then rolled back. */
export class FlushRolledBackError extends MinosError {
  readonly code = 'FLUSH_ROLLED_BACK' as const;
  readonly retryable = false;

  constructor() {
    super(
      'flush() was called inside a transaction() that was rolled back, and what the unit had enlisted was undone with it: the unit can only fail. ' +
        'Call flush() outside of savepoints.',
    );
  }
}
