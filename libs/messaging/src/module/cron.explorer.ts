import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { HandlerProvider } from '../nest/message-handler-invoker.js';
import { type CronMetadata, cronMetadataOf } from '../schedule/cron.decorator.js';

/** A method that `@Cron` marks. */
export interface FoundCron extends CronMetadata {
  readonly provider: HandlerProvider;
}

/** Finds the methods that `@Cron` marks among the providers of this application. */
@Injectable()
export class CronExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  explore(): readonly FoundCron[] {
    const found = new Map<unknown, readonly FoundCron[]>();
    for (const provider of this.discovery.getProviders()) {
      const instance: unknown = provider.instance;
      if (typeof instance !== 'object' || instance === null || found.has(instance)) continue;
      const type: unknown = instance.constructor;
      if (typeof type === 'function')
        found.set(
          instance,
          cronMetadataOf(type).map((metadata) => ({ ...metadata, provider })),
        );
    }
    return [...found.values()].flat();
  }
}
