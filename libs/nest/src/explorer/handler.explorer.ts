import { type MessageClass, messageMetadataOf } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** A handler of @nestjs/cqrs, with the messages that it names. */
export interface FoundHandler {
  readonly kind: 'command' | 'query' | 'event';
  readonly handler: string;
  readonly messages: readonly MessageClass[];
  readonly instance: object;
}

/** Keys under which @nestjs/cqrs keeps what its decorators say; read here so that the package itself stays optional. */
const METADATA = { command: '__commandHandler__', query: '__queryHandler__', event: '__eventsHandler__' } as const;
const KINDS = Object.keys(METADATA) as (keyof typeof METADATA)[];

/** Finds the handlers of commands, queries and events among the providers of this application. */
@Injectable()
export class HandlerExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): readonly FoundHandler[] {
    const found = new Map<object, FoundHandler>();
    for (const { instance } of this.discovery.getProviders() as readonly { instance: unknown }[]) {
      if (typeof instance !== 'object' || instance === null || found.has(instance)) continue;
      const handler = describe(instance);
      if (handler !== undefined) found.set(instance, handler);
    }
    return [...found.values()];
  }
}

/** The name of a message class, if it has one. */
export function durableNameOf(type: MessageClass): string | undefined {
  return messageMetadataOf(type)?.name;
}

function describe(instance: object): FoundHandler | undefined {
  const type = instance.constructor;
  for (const kind of KINDS) {
    const value = Reflect.getMetadata(METADATA[kind], type) as MessageClass | MessageClass[] | undefined;
    if (value !== undefined) return { kind, handler: type.name, messages: Array.isArray(value) ? value : [value], instance };
  }
  return undefined;
}
