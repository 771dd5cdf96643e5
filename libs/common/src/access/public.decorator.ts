import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';
import type { RouteDecorator } from './route-decorator.js';

const PUBLIC = Symbol.for('@minos/public');

/** Anybody may call the controller, or the route, also without a token: probes, metrics, documents. Writes metadata and nothing else; the guard of `@minos/auth` reads it. */
export function Public(): RouteDecorator {
  return (target, _key, descriptor) => {
    defineMetadata((descriptor?.value as object | undefined) ?? target, PUBLIC, true);
  };
}

/** Whether {@link Public} is on exactly this class or method. */
export function isPublic(target: object): boolean {
  return ownMetadata<true>(target, PUBLIC) === true;
}
