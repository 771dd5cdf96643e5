import { type MessageClass, uuidv7 } from '@minos/common';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import type { AsyncContext } from '@nestjs/cqrs';
import type { HandlerType } from '../behaviours/behaviour.js';

/** What a bus of @nestjs/cqrs calls: the handler, made for the context where it is in request scope. */
export type BoundHandler = (message: object, context?: AsyncContext) => unknown;

/** Puts something around what a bus has just bound under this id. */
export function wrapBound(bound: Map<string, BoundHandler>, id: string, wrap: (handler: BoundHandler) => BoundHandler): void {
  const handler = bound.get(id);
  if (handler !== undefined) bound.set(id, wrap(handler));
}

/** Whether a bus has bound a handler of the message. `key` is where @nestjs/cqrs keeps the id of a class. */
export function isBound(bound: ReadonlyMap<string, BoundHandler>, key: '__command__' | '__query__', message: object): boolean {
  const { id } = (Reflect.getMetadata(key, message.constructor) ?? {}) as { readonly id?: string };
  return id !== undefined && bound.has(id);
}

/** The id under which a bus finds the handler of a class; given here where no decorator of a handler has. */
export function boundIdOf(key: '__command__' | '__query__', type: MessageClass<object>): string {
  const { id } = (Reflect.getOwnMetadata(key, type) ?? {}) as { readonly id?: string };
  if (id !== undefined) return id;
  const made = uuidv7();
  Reflect.defineMetadata(key, { id: made }, type);
  return made;
}

/** Made by a factory, only the instance knows its class. */
export function handlerTypeOf({ inject, instance, metatype }: InstanceWrapper<object>): HandlerType {
  const made = inject ? (instance as object | undefined)?.constructor : undefined;
  return (made ?? metatype) as HandlerType;
}
