import { defineMetadata, ownMetadata } from '@minos/common';
import type { HandlerKind, MessageMiddleware } from '../contracts/message-middleware.js';

export interface HandlerMiddlewareOptions {
  /** The lower, the further outside. Where two are equal, the order in which they were given decides. @default 0 */
  readonly order?: number;
  /** Kinds of handlers that it stands around. @default all */
  readonly on?: readonly HandlerKind[];
}

const MIDDLEWARE = Symbol.for('@minos/handler-middleware');

/** Marks a provider as middleware around the message handlers of the application. */
export function HandlerMiddleware(options: HandlerMiddlewareOptions = {}): (target: new (...args: never[]) => MessageMiddleware) => void {
  return (target) => defineMetadata(target, MIDDLEWARE, Object.freeze({ ...options }));
}

/** What the decorator of exactly this class wrote. */
export function handlerMiddlewareOf(target: object): HandlerMiddlewareOptions | undefined {
  return ownMetadata<HandlerMiddlewareOptions>(target, MIDDLEWARE);
}
