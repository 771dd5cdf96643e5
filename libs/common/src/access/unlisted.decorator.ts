import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';
import type { RouteDecorator } from './route-decorator.js';

const UNLISTED = Symbol.for('@minos/unlisted');

/**
 * Keeps a route, or all routes of a controller, out of the registry: the service answers them, and the gateway sends nobody there. For what services ask each other. Writes metadata and nothing else.
 */
export function Unlisted(): RouteDecorator {
  return (target, _key, descriptor) => {
    defineMetadata((descriptor?.value as object | undefined) ?? target, UNLISTED, true);
  };
}

/** Whether {@link Unlisted} is on exactly this class or method. */
export function isUnlisted(target: object): boolean {
  return ownMetadata<true>(target, UNLISTED) === true;
}
