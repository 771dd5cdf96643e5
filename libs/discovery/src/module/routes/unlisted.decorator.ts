import { defineMetadata, ownMetadata } from '@minos/common';

const UNLISTED = Symbol.for('@minos/discovery/unlisted');

/** Keeps a route, or all routes of a controller, out of the registry: the service answers them, and nobody is sent there. Writes metadata and nothing else. */
export function Unlisted(): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: { readonly value?: unknown }) => {
    defineMetadata(typeof descriptor?.value === 'function' ? descriptor.value : target, UNLISTED, true);
  };
}

/** Whether {@link Unlisted} is on exactly this controller or method. */
export function isUnlisted(target: object): boolean {
  return ownMetadata<boolean>(target, UNLISTED) === true;
}
