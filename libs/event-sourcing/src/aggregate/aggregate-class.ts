import type { AggregateRoot } from './aggregate-root.js';

/** A class of events (or of anything that is told apart by its class). */
export type EventClass<E extends object = object> = abstract new (...args: never[]) => E;

/** A class of aggregates. The repository makes instances as `new Order(id)`; a constructor that takes nothing ignores the id. */
export type AggregateClass<A extends AggregateRoot = AggregateRoot> = new (...args: never[]) => A;
