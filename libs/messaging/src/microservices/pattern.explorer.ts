import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { HandlerRef } from '../contracts/message-middleware.js';
import { MinosClientProxy } from './minos-client-proxy.js';
import { noticeErrorsOf } from './noticed-errors.js';
import { handledName } from './pattern.js';
import { MINOS_TRANSPORT } from './tokens.js';

/** A pattern that a controller handles. */
export interface FoundPattern {
  readonly kind: 'command' | 'event';
  readonly name: string;
  /** In the code. */
  readonly handler: HandlerRef;
}

type ControllerClass = new (...args: never[]) => unknown;

/** Keys and values of the metadata that the decorators of @nestjs/microservices write. */
const PATTERN = 'microservices:pattern';
const TRANSPORT = 'microservices:transport';
const HANDLER_TYPE = 'microservices:handler_type';
const EVENT = 2;

/** Finds the patterns of the controllers, and the clients among the providers, of this application. */
@Injectable()
export class PatternExplorer {
  private readonly scanner = new MetadataScanner();

  constructor(private readonly discovery: DiscoveryService) {}

  /** The patterns that belong to this transport. From now on the errors of their handlers are told apart; so it comes before Nest binds them. */
  patterns(): readonly FoundPattern[] {
    const controllers = this.discovery.getControllers().map(({ metatype }) => metatype as ControllerClass | null);
    return controllers.flatMap((controller) => {
      if (controller === null) return [];
      const found = this.patternsOf(controller);
      if (found.length > 0) noticeErrorsOf(controller);
      return found;
    });
  }

  clients(): readonly MinosClientProxy[] {
    const providers = this.discovery.getProviders() as readonly { readonly instance: unknown }[];
    return providers.map(({ instance }) => instance).filter((instance) => instance instanceof MinosClientProxy);
  }

  private patternsOf(controller: ControllerClass): FoundPattern[] {
    const prototype = controller.prototype as Record<string, object>;
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const handler = prototype[method] as object;
      const patterns = (Reflect.getMetadata(PATTERN, handler) ?? []) as unknown[];
      const transport: unknown = Reflect.getMetadata(TRANSPORT, handler);
      if (transport !== undefined && transport !== MINOS_TRANSPORT) return [];
      const kind = Reflect.getMetadata(HANDLER_TYPE, handler) === EVENT ? 'event' : 'command';
      return patterns.flatMap((pattern) => {
        const read = handledName(pattern, kind);
        return 'name' in read ? [{ kind, name: read.name, handler: { type: controller, method } } as const] : [];
      });
    });
  }
}
