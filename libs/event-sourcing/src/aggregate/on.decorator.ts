import { defineMetadata, ownMetadata } from '@minos/common';
import type { EventClass } from './event-class.js';

export interface OnDeclaration {
  readonly event: EventClass;
  readonly method: string | symbol;
}

const ON = Symbol.for('@minos/event-sourcing/on');

/**
 * Marks the method that changes the state for an event; it may be private or protected, and is synchronous. It decides nothing and refuses nothing:
 * the event has happened. It wins over the naming convention `on<EventName>`; to have both for one event is refused at boot.
 */
export function On<E extends object>(
  event: EventClass<E>,
): <M extends (event: E) => void>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<M>) => void {
  return (target, key) => {
    const declared = onDeclarationsOf(target.constructor);
    defineMetadata(target.constructor, ON, [...declared, { event, method: key }]);
  };
}

/** What `@On` said in the body of this very class, without its bases. */
export function onDeclarationsOf(type: object): readonly OnDeclaration[] {
  return ownMetadata<readonly OnDeclaration[]>(type, ON) ?? [];
}
