import type { Change } from '@minos/common';
import type { SqlExecutor } from './executor.js';

/** A change with its place in the batch that is being committed. */
export interface PlacedChange<C extends Change = Change> {
  readonly change: C;
  readonly tenant: string;
  readonly unitId: string;
  /** Index of its unit in the batch, from 0. */
  readonly unit: number;
  /** Index of the change in its unit, from 0: (unit, ordinal) names it in what the functions return. */
  readonly ordinal: number;
}

/** A call of a server-side function; the committer passes `values` behind the first argument that it supplies itself. */
export interface FunctionCall {
  /** Schema-qualified name. */
  readonly name: string;
  /** Arguments with their SQL types, usually arrays with one element per row. */
  readonly values: readonly { readonly type: string; readonly value: unknown }[];
}

/** What a stored change is told. */
export type WriteResult = readonly [unit: number, ordinal: number, result: unknown];

/** The call of a write function. */
export interface WriteCall extends FunctionCall {
  /**
   * The results of the stored changes, made from what the function returned; `failed` are the units of which nothing was written. A change that is not
   * among them has the result `undefined`. @default the function returned a list of {@link WriteResult}, or null
   */
  results?(answer: unknown, failed: ReadonlySet<number>): Iterable<WriteResult>;
}

/** A change that may not be written, named by its place. */
export interface RefusedChange {
  readonly unit: number;
  readonly ordinal: number;
  readonly reason: string;
  readonly detail?: unknown;
}

/**
 * What a writer contributes to the one statement that commits a batch.
 * - `check`: a function `(locked bigint, …) returns jsonb`: a list of `[unit, ordinal, reason, detail]`, one for each change that may not be written, or
 *   null. It runs behind the locks, with a snapshot taken after them.
 * - `write`: a function `(failed int[], …) returns jsonb`: writes the rows whose unit is not in `failed` and returns what {@link WriteCall.results}
 *   makes results of.
 * Both are VOLATILE, and for one set of change kinds the function names and argument types are always the same.
 */
export interface WritePlan {
  readonly check?: FunctionCall;
  readonly write?: WriteCall;
  /** Changes that the writer refuses without asking the database. */
  readonly refused?: readonly RefusedChange[];
}

/** Why a change was not written: what its check said, or the database error of its unit's own transaction. */
export type Refusal =
  { readonly reason: string; readonly detail: unknown } | { readonly databaseError: Error & { code?: string; constraint?: string } };

/** The verdict on a refused change: an error for the unit, or, for a repetition of what is already stored, the first result. */
export type Verdict = { readonly error: Error } | { readonly result: unknown };

/**
 * Carries some kinds of change into PostgreSQL. Stateless; called for many units at once.
 */
export interface ChangeWriter<C extends Change = Change> {
  /** A writer of any kinds is assignable to `ChangeWriter<never>`, which is what registries take. */
  readonly kinds: readonly string[];
  /** Place in the statement: checks and writes run in ascending order of it. Event store 100, inbox 200, outbox 300, checkpoint 400, lease 500, idempotency 900. */
  readonly order: number;
  /**
   * What must not change between check and commit. Units with a key in common are in one batch only if each stands on the one before.
   * Keys are strings with the kind of thing in front (`stream:…`); they become advisory transaction locks, taken in one global order.
   */
  lockKeys(change: C, tenant: string): readonly string[];
  /**
   * Whether the change only reads. A unit of nothing but such changes takes no locks: its checks hold at the moment of the batch's snapshot, which is all that
   * an answer without effects needs.
   */
  readsOnly?(change: C): boolean;
  /**
   * Whether a crash of the server may undo the change although its commit was told. Batches of nothing but such changes do not wait for the log of the server.
   * @default no
   */
  mayBeUndone?(change: C): boolean;
  /** About how many bytes it adds to the statement; batches are bounded by their sum. */
  size(change: C): number;
  /**
   * The changes of this writer in the batch, in the order of their units. Where two of them have a lock key in common, the second is to be checked
   * against what the first makes of it (here, by the writer), not against the database.
   */
  plan(changes: readonly PlacedChange<C>[]): WritePlan;
  /**
   * Turns a refusal into the verdict. Runs outside the batch's transaction, so it sees what has committed. `undefined` for a database error that is none
   * of this writer's.
   */
  judge(change: C, refusal: Refusal, tenant: string, sql: SqlExecutor): Promise<Verdict | undefined>;
  /**
   * After a connection was lost during the commit and the locks were taken again (so the lost transaction has ended): the result of the change if
   * it is stored, `undefined` if it is not, `'unknowable'` if its rows do not tell.
   */
  find(change: C, tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable' | undefined>;
}
