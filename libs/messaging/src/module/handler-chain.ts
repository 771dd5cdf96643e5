import { Inject, Injectable, Optional } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { MessageAuthorizer } from '../contracts/message-authorizer.js';
import type { MessageMetrics } from '../contracts/message-metrics.js';
import type { MessageMiddleware } from '../contracts/message-middleware.js';
import { MessageChain } from '../middleware/chain.js';
import { handlerMiddlewareOf } from '../middleware/handler-middleware.decorator.js';
import type { MessagingSettings } from './messaging.options.js';
import { NestMessageLog } from './nest-message-log.js';
import { MESSAGE_AUTHORIZER, MESSAGE_METRICS, MESSAGING_SETTINGS } from './tokens.js';

/** What stands around every message handler of the application, with the middleware among its providers. */
@Injectable()
export class HandlerChain {
  private made: MessageChain | undefined;

  constructor(
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    private readonly discovery: DiscoveryService,
    @Optional() @Inject(MESSAGE_METRICS) private readonly metrics?: MessageMetrics,
    @Optional() @Inject(MESSAGE_AUTHORIZER) private readonly authorizer?: MessageAuthorizer,
  ) {}

  /** One for all handlers; to be asked for once the providers are there. */
  get chain(): MessageChain {
    const { tracing, validation } = this.settings.handlers;
    this.made ??= new MessageChain({
      tracing,
      validation,
      log: new NestMessageLog(),
      middleware: this.middleware(),
      ...(this.metrics && { metrics: this.metrics }),
      ...(this.authorizer && { authorizer: this.authorizer }),
    });
    return this.made;
  }

  private middleware(): readonly MessageMiddleware[] {
    const instances = this.discovery.getProviders().map(({ instance }: { instance: unknown }) => instance);
    return [...new Set(instances)].filter(isMiddleware);
  }
}

function isMiddleware(instance: unknown): instance is MessageMiddleware {
  return typeof instance === 'object' && instance !== null && handlerMiddlewareOf(instance.constructor) !== undefined;
}
