import type { Change } from './unit-of-work.js';

/** What one unit hands over when its work is done. */
export interface CommitRequest {
  readonly unitId: string;
  readonly tenant: string;
  /** In the order of enlisting; guards among them. */
  readonly changes: readonly Change[];
  /** Ids of units whose tentative outcome this one's decision stands on; see `Unit.standOn`. */
  readonly standsOn: readonly string[];
}

/** A transaction that one unit has for itself, because user code works on its connection. */
export interface PinnedTransaction {
  /** Checks and writes changes inside the transaction; results in their order. A refusal leaves the transaction unusable. */
  write(changes: readonly Change[]): Promise<readonly unknown[]>;
  /** `OUTCOME_UNKNOWN` where the connection was lost in it and the outcome could not be found out. */
  commit(): Promise<void>;
  /**
   * What the error means with which the unit is about to fail; asked before {@link rollback}. A `CONCURRENCY_CONFLICT` where the store has given the
   * transaction up for the sake of another one (deadlock, serialization failure), whatever the work made of that; else the error as it is.
   * @default the error as it is
   */
  explain?(error: unknown): unknown;
  /** Never rejects; gives the connection back. */
  rollback(): Promise<void>;
  /** What the adapter's own face (`sqlOf`, `entityManagerOf`) works on. */
  readonly handle: unknown;
}

/**
 * The storage side of a unit of work, one per service and database.
 *
 * `commit` may put several requests into one transaction; each still gets its own verdict, and a request that is refused
 * or whose rows the store rejects leaves nothing behind and fails no other request, save those that stand on it.
 * Requests that share a lock key commit in the order of the calls. A rejected promise means that nothing of the request was stored,
 * with the one exception of `OUTCOME_UNKNOWN`.
 */
export interface UnitCommitter {
  /**
   * Whether a pinned transaction that has written something has the store to itself until it ends. A unit that runs inside the work of such a one (mode `new`)
   * and has something to commit then fails with `STORE_HELD`, since the two would wait for each other. @default false
   */
  readonly exclusive?: boolean;
  /** Resolves with one result per change, in their order. `OVERLOADED` is thrown at once when the queue is full. */
  commit(request: CommitRequest): Promise<readonly unknown[]>;
  /** Opens a transaction of its own. Waits for a connection up to the pool's acquire timeout. */
  pin(unitId: string, tenant: string): Promise<PinnedTransaction>;
  /** Waits for what was handed over, refuses what comes later with `UNIT_OF_WORK_CLOSED`. Idempotent. */
  close(): Promise<void>;
}
