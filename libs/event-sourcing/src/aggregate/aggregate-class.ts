import type { AggregateRoot } from './aggregate-root.js';

/** A class of aggregates. The repository makes instances as `new Order(id)`; a constructor that takes nothing ignores the id. */
export type AggregateClass<A extends AggregateRoot = AggregateRoot> = new (...args: never[]) => A;
