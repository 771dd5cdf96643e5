import type { HandlerKind, MessageMiddleware } from '../contracts/message-middleware.js';
import { handlerMiddlewareOf } from './handler-middleware.decorator.js';
import { NextCalledTwiceError } from './middleware.errors.js';

/** The middleware of the application for handlers of a kind, from the outside in. */
export function ownMiddleware(given: readonly MessageMiddleware[], kind: HandlerKind): readonly MessageMiddleware[] {
  const optionsOf = (one: MessageMiddleware) => handlerMiddlewareOf(one.constructor) ?? {};
  return given
    .filter((one) => optionsOf(one).on?.includes(kind) ?? true)
    .sort((a, b) => (optionsOf(a).order ?? 0) - (optionsOf(b).order ?? 0))
    .map(once);
}

/** A second run of the handler in one unit would store the changes of both. */
function once(middleware: MessageMiddleware): MessageMiddleware {
  return {
    handle: (call, next) => {
      let called = false;
      return middleware.handle(call, () => {
        if (called) return Promise.reject(new NextCalledTwiceError(middleware.constructor.name));
        called = true;
        return next();
      });
    },
  };
}
