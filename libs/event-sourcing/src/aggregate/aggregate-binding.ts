import type { StreamName } from '../contracts/event-store.js';

/** What a loaded aggregate tells the unit that holds it. */
export interface AggregateOwner {
  /** Throws `AGGREGATE_DETACHED` where the caller is not part of the unit that holds the aggregate. */
  demand(attempted: string): void;
  /** Enlists the events in the unit. */
  record(events: readonly object[]): void;
}

/** What the library keeps beside an aggregate's own state. */
export interface AggregateBinding {
  /** Events applied and not yet committed, oldest first. One array for life: it is what `getUncommittedEvents` returns. */
  readonly uncommitted: object[];
  autoCommit: boolean;
  /** Set by the repository. */
  stream?: { readonly id: string; readonly name: StreamName };
  /** Version of the stream with the events that were handed to a unit; stored events count, not the parts an upcaster makes of them. */
  version: number;
  /** The unit that holds it, while one does. */
  owner?: AggregateOwner;
  /** The state is no longer the fold of the stream (uncommit, skipped handlers, history applied by hand), so nobody else may go on with it. */
  tainted: boolean;
}

const BINDING = Symbol.for('@minos/event-sourcing/aggregate-binding');

export function bind(aggregate: object): void {
  const binding: AggregateBinding = { uncommitted: [], autoCommit: false, version: 0, tainted: false };
  Object.defineProperty(aggregate, BINDING, { value: binding });
}

export function bindingOf(aggregate: object): AggregateBinding {
  return (aggregate as { [BINDING]: AggregateBinding })[BINDING];
}
