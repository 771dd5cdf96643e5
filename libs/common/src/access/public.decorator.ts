import { defineMetadata, ownMetadata } from '../metadata/class-metadata.js';

/** A decorator of a controller, or of one of its routes. */
export type RouteDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

const PUBLIC_ROUTE = Symbol.for('@minos/public-route');

/**
 * Marks a controller, or one of its routes, that anybody may call, also without a token: probes, metrics, documents. Writes metadata and nothing else; the guard of
 * `@minos/auth` reads it, and its `@Public()` writes the same.
 */
export function PublicRoute(): RouteDecorator {
  return (target, _key, descriptor) => {
    defineMetadata((descriptor?.value as object | undefined) ?? target, PUBLIC_ROUTE, true);
  };
}

/** Whether exactly this class, or this method, has the mark. */
export function isPublicRoute(target: object): boolean {
  return ownMetadata<true>(target, PUBLIC_ROUTE) === true;
}
