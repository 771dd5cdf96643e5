/**
 * One thing that shall have happened when a unit commits: data only, no closures. The adapter of the store that the unit commits
 * to has a writer for each `kind`, which knows its checks and its rows.
 */
export interface Change {
  /** Names the writer: `<package>.<what>`, for example `event-store.append`. */
  readonly kind: string;
}

/** A change that was handed to a unit. */
export interface EnlistedChange<R = unknown> {
  /** What the writer answered; `undefined` until the unit has committed or flushed. */
  readonly result: R | undefined;
}

/** `open`: changes may be enlisted; `settling`: handed to the committer; then one of the two ends. */
export type UnitState = 'open' | 'settling' | 'committed' | 'failed';

/**
 * One transaction's worth of work in the service's own database. It opens lazily: nothing is sent to the database before
 * the work is over, unless it asks for a connection (which *pins* the unit to one transaction) or calls {@link Unit.flush}.
 *
 * Using a unit whose state is not `open` fails with `UNIT_ENDED`.
 */
export interface Unit {
  /** UUIDv7, new for every attempt. */
  readonly id: string;
  /** Empty where the service has no tenants. */
  readonly tenant: string;
  readonly state: UnitState;
  /** 1 for the first run of the work, one more for each re-run after a conflict. */
  readonly attempt: number;

  /** Adds a change. Changes are checked and written in the order of their enlisting. Does no I/O. */
  enlist<R = unknown>(change: Change): EnlistedChange<R>;

  /**
   * Adds a check that must hold for the *outcome* of the work to be believed, also when the work throws: the unit then commits the
   * guards alone before the error leaves, and a guard that fails turns the error into a conflict, so that the work runs again.
   * This is how a decision made on cached or tentative state is confirmed.
   */
  guard(change: Change): void;

  /**
   * Says that this unit's work stands on what `previous` is about to commit. Both commit in one transaction, in this order, or
   * `previous` has committed before; where it failed, this unit fails with `CONCURRENCY_CONFLICT`. `previous` is at least settling.
   */
  standOn(previous: Unit): void;

  /**
   * Runs `listener` once, when the work is over and nothing more can be enlisted, before the outcome is known: the moment
   * at which another unit may {@link standOn} this one. Also runs when the work threw, with `'threw'`: such a unit commits nothing.
   * It may not throw.
   */
  onSettling(listener: (work: 'returned' | 'threw') => void): void;

  /**
   * Runs `effect` after a successful commit, once per attempt that commits, never before. A crash between the commit and the effect loses
   * it, so it is for hints, caches and calls to the outside that may be missed. `run` waits for it; its error is reported, not thrown.
   */
  onCommitted(effect: () => void | Promise<void>): void;

  /**
   * Runs `listener` at the moment at which the unit has committed, before any effect of {@link onCommitted}: for what others wait for, which an effect
   * that takes its time may not hold back. It may not throw.
   */
  onStored(listener: () => void): void;

  /** Runs `listener` when the unit has ended without committing, with the error. It may not throw. */
  onFailed(listener: (error: unknown) => void): void;

  /**
   * Sends what has been enlisted so far to the database inside this unit's transaction (it pins the unit), so that the user's own
   * SQL sees it. Its checks are evaluated now: a refused one rejects, and the unit can then only fail.
   */
  flush(): Promise<void>;

  /**
   * Takes a connection for this unit alone, once, and resolves with the adapter's handle on it. From then on the unit is one
   * transaction on that connection until it ends; it commits by itself, outside any group. User code calls the adapter's own face
   * (`sqlOf`, `entityManagerOf`) instead.
   */
  pin(): Promise<unknown>;

  /** Whether {@link pin} was called. */
  readonly pinned: boolean;

  /** What has been enlisted so far, in its order; guards are not among it. A copy. */
  readonly changes: readonly Change[];

  /** A place for what libraries and adapters keep for the life of this unit (identity maps, the pinned connection). */
  readonly resources: Map<symbol, unknown>;
}

export interface UnitOptions {
  /** @default the tenant of the surrounding context, or '' */
  readonly tenant?: string;
  /** How often the work runs at the most when it meets a conflict. Only the outermost `run` repeats. @default 10 */
  readonly attempts?: number;
  /** `join` uses the open unit where there is one; `new` always opens one of its own (two connections at once if both are pinned). @default 'join' */
  readonly mode?: 'join' | 'new';
}

/**
 * Runs work so that everything it did in the service's database commits at once, or not at all.
 *
 * Atomicity: all changes of a unit, or none. Ordering: changes that touch one key (a stream, an inbox mark, a saga) commit in
 * the order in which their units settle. Idempotence: none by itself; the writers' checks bring it. The work may run several
 * times (a conflict runs it again in a new unit, with jittered backoff), its changes happen once.
 */
export interface UnitOfWork {
  /**
   * Runs `work` in the unit of the surrounding asynchronous context, or opens one. The promise settles after the outcome is known:
   * - resolves with the work's result: committed (or the work joined an open unit, whose owner commits);
   * - the work's own error: nothing was committed, and all guards held;
   * - `CONCURRENCY_CONFLICT`: still in conflict after all attempts, nothing was committed;
   * - `OVERLOADED`: the commit queue is full, nothing was committed;
   * - `OUTCOME_UNKNOWN`: the connection was lost during the commit and its outcome could not be found out;
   * - any other error of a writer: nothing was committed.
   */
  run<T>(work: (unit: Unit) => T | Promise<T>, options?: UnitOptions): Promise<T>;

  /** The open unit of the surrounding asynchronous context. */
  current(): Unit | undefined;

  /**
   * The unit of the surrounding asynchronous context in whatever state: an adapter refuses with `UNIT_ENDED` what still comes from the work of
   * a unit that is over.
   */
  surrounding(): Unit | undefined;
}
