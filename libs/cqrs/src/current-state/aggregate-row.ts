import type { AggregateRoot } from '@minos/event-sourcing';

type Method = (...args: never[]) => unknown;
/** The public data of an aggregate: neither methods nor what every aggregate has. */
type PublicState<A> = { readonly [K in keyof A as K extends keyof AggregateRoot ? never : A[K] extends Method ? never : K]: A[K] };

/** What an aggregate shows of itself: what its `toJSON()` gives, else its `toSnapshot()`, else its public properties. */
export type StateOf<A extends AggregateRoot> = A extends { toJSON(): infer S extends object }
  ? S
  : A extends { toSnapshot(): infer S extends object }
    ? S
    : PublicState<A>;

/** Whose row it is. */
export interface RowIdentity {
  readonly aggregateId: string;
  /** Version of the stream that the row is the state of. */
  readonly aggregateVersion: number;
}

/** The row of one aggregate: its state with its identity. */
export type AggregateRow<A extends AggregateRoot> = StateOf<A> & RowIdentity;
