import { encodeMessage } from '@minos/common';
import type { AggregateRoot } from '../aggregate/aggregate-root.js';
import type { JsonObject } from '../contracts/event-store.js';

/**
 * What an aggregate may implement to say how its state is saved, where its own data properties are not it or hold more than JSON: value objects,
 * child entities, `Map`, `Date`, `#private` fields. `fromSnapshot` is called on a new instance, with what `toSnapshot` once returned.
 */
export interface SnapshotHooks<S extends object = JsonObject> {
  toSnapshot(): S;
  fromSnapshot(state: S): void;
}

/** Merged into instances by @nestjs/cqrs' EventPublisher; no state. */
const PUBLISHER = new Set(['publish', 'publishAll']);
const NO_LIMIT = { limits: { bytes: Infinity, depth: 64 } };

/** The state as JSON: what `toSnapshot` says, else the own data properties. Throws `PAYLOAD_REFUSED` with the path for what JSON cannot carry. */
export function captureState(aggregate: AggregateRoot): JsonObject {
  const hooks = aggregate as Partial<SnapshotHooks<object>>;
  const state = hooks.toSnapshot ? hooks.toSnapshot() : Object.fromEntries(stateKeys(aggregate).map((key) => [key, read(aggregate, key)]));
  return encodeState(state);
}

/** Throws `PAYLOAD_REFUSED` with the path for what JSON cannot carry. */
export function encodeState(state: object): JsonObject {
  return encodeMessage(state, undefined, NO_LIMIT);
}

/** Puts a captured state into a new instance. */
export function restoreState(aggregate: AggregateRoot, state: JsonObject): void {
  const hooks = aggregate as Partial<SnapshotHooks>;
  if (hooks.fromSnapshot) return hooks.fromSnapshot(state);
  // What was undefined is not in the state, but may have an initial value in the new instance.
  for (const key of stateKeys(aggregate)) if (!Object.hasOwn(state, key)) write(aggregate, key, undefined);
  for (const [key, value] of Object.entries(state)) write(aggregate, key, value);
}

function stateKeys(aggregate: object): string[] {
  return Object.keys(aggregate).filter((key) => !(PUBLISHER.has(key) && typeof read(aggregate, key) === 'function'));
}

function read(target: object, key: string): unknown {
  return (target as Record<string, unknown>)[key];
}

function write(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
