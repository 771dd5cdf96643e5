import { type MessageClass, messageMetadataOf } from '@minos/common';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { answeredCommandOf } from '../handlers/answer-handler.decorator.js';
import type { HandlerProvider } from '../nest/message-handler-invoker.js';
import { type ConsumerMetadata, consumerMetadataOf } from '../handlers/consumer.decorator.js';

export type HandlerClass = abstract new (...args: never[]) => unknown;

/** A handler among the providers, with the messages that it names. */
export interface FoundHandler {
  readonly kind: 'command' | 'query' | 'event' | 'answer';
  readonly handler: string;
  readonly messages: readonly MessageClass[];
  readonly type: HandlerClass;
  readonly provider: HandlerProvider;
  /** Missing where it is made anew for each message. */
  readonly instance?: object;
  /** What `@Consumer` wrote on the class: the handler is durable. */
  readonly consumer?: ConsumerMetadata;
}

/** Keys under which @nestjs/cqrs keeps what its decorators say; read here so that the package itself stays optional. */
const METADATA = { command: '__commandHandler__', query: '__queryHandler__', event: '__eventsHandler__' } as const;
const KINDS = Object.keys(METADATA) as (keyof typeof METADATA)[];

/** Finds the handlers of commands, queries, events and answers among the providers of this application. */
@Injectable()
export class HandlerExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): readonly FoundHandler[] {
    const found = new Map<unknown, FoundHandler>();
    for (const provider of this.discovery.getProviders()) {
      const type = classOf(provider);
      const key: unknown = provider.instance ?? type;
      if (type === undefined || found.has(key)) continue;
      const handler = describe(provider, type);
      if (handler !== undefined) found.set(key, handler);
    }
    return [...found.values()];
  }
}

/** The name of a message class, if it has one. */
export function durableNameOf(type: MessageClass): string | undefined {
  return messageMetadataOf(type)?.name;
}

function describe(provider: HandlerProvider, type: HandlerClass): FoundHandler | undefined {
  const named = messagesOf(type);
  if (named === undefined) return undefined;
  const instance = provider.instance as object | null | undefined;
  const consumer = consumerMetadataOf(type);
  return {
    ...named,
    handler: type.name,
    type,
    provider,
    ...(instance === null || instance === undefined || !provider.isDependencyTreeStatic() ? {} : { instance }),
    ...(consumer === undefined ? {} : { consumer }),
  };
}

function messagesOf(type: HandlerClass): Pick<FoundHandler, 'kind' | 'messages'> | undefined {
  const answered = answeredCommandOf(type);
  if (answered !== undefined) return { kind: 'answer', messages: [answered] };
  for (const kind of KINDS) {
    const value = Reflect.getMetadata(METADATA[kind], type) as MessageClass | MessageClass[] | undefined;
    if (value !== undefined) return { kind, messages: Array.isArray(value) ? value : [value] };
  }
  return undefined;
}

/** Made by a factory or given as a value, only the instance knows its class. */
function classOf({ instance, metatype, isNotMetatype }: HandlerProvider): HandlerClass | undefined {
  const type: unknown = isNotMetatype ? (instance as object | null | undefined)?.constructor : metatype;
  return typeof type === 'function' ? (type as HandlerClass) : undefined;
}
