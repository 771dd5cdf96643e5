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
  /**
   * Whether an earlier change of this batch, in the same unit or in one that it stands on, has this change's lock key and kind. Its check
   * against the database would see the state before both; the writer checks it in `plan` against the earlier change instead.
   */
  readonly follows?: PlacedChange<C>;
}

/** A call of a server-side function; the committer passes `values` behind the first argument that it supplies itself. */
export interface FunctionCall {
  /** Schema-qualified name. */
  readonly name: string;
  /** Arguments with their SQL types, usually arrays with one element per row. */
  readonly values: readonly { readonly type: string; readonly value: unknown }[];
}

/**
 * What a writer contributes to the one statement that commits a batch.
 * - `check`: a function `(locked bigint, …) returns table (unit int, ordinal int, reason text, detail jsonb)`; one row per change that may not be
 *   written. It runs behind the locks, with a snapshot taken after them.
 * - `write`: a function `(failed int[], …) returns table (unit int, ordinal int, result jsonb)`; it writes the rows whose unit is not in `failed`.
 * Both are VOLATILE.
 */
export interface WritePlan {
  readonly check?: FunctionCall;
  readonly write?: FunctionCall;
  /** Changes that the writer refuses without asking the database. */
  readonly refused?: readonly { readonly unit: number; readonly ordinal: number; readonly reason: string; readonly detail?: unknown }[];
}

/** Why a change was not written: a row of its check function, or the database error of its unit's own transaction. */
export type Refusal =
  | { readonly reason: string; readonly detail: unknown }
  | { readonly databaseError: Error & { readonly code?: string; readonly constraint?: string } };

/** The verdict on a refused change: an error for the unit, or, for a repetition of what is already stored, the first result. */
export type Verdict = { readonly error: Error } | { readonly result: unknown };

/**
 * Carries one kind of change into PostgreSQL. Stateless; called for many units at once.
 */
export interface ChangeWriter<C extends Change = Change> {
  readonly kind: C['kind'];
  /** Place in the statement: checks and writes run in ascending order of it. Event store 100, inbox 200, outbox 300, idempotency 900. */
  readonly order: number;
  /**
   * What must not change between check and commit. Two units with a key in common are never in one batch, unless one stands on the other.
   * Keys are strings with the kind of thing in front (`stream:…`); they become advisory transaction locks, taken in one global order.
   */
  lockKeys(change: C, tenant: string): readonly string[];
  /** About how many bytes it adds to the statement; batches are bounded by their sum. */
  size(change: C): number;
  plan(changes: readonly PlacedChange<C>[]): WritePlan;
  /** Turns a refusal into the verdict. Runs outside the batch's transaction, so it sees what has committed. */
  judge(change: C, refusal: Refusal, tenant: string, sql: SqlExecutor): Promise<Verdict | undefined>;
  /**
   * After a connection was lost during the commit and the locks were taken again (so the lost transaction has ended): the result of the change if
   * it is stored, `undefined` if it is not, `'unknowable'` if its rows do not tell.
   */
  find(change: C, tenant: string, sql: SqlExecutor): Promise<{ readonly result: unknown } | 'unknowable' | undefined>;
}
