import { type BeforeApplicationShutdown, type DynamicModule, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EVENT_FEED } from '../tokens.js';
import type { EventFeed } from '../contracts/event-feed.js';
import { ConfigurableModuleClass } from './event-sourcing.module-definition.js';
import { EVENT_SOURCING_EXPORTS, EVENT_SOURCING_PROVIDERS } from './event-sourcing.providers.js';
import { type EventSourcingFeatureOptions, featureExports, featureProviders } from './feature.js';
import { EventSubscriptions } from './event-subscriptions.js';
import { FeedProbe } from './feed.probe.js';

class EventSourcingFeatureModule {}

/**
 * Event store, feed and aggregate repositories. Keeps events in what is there: the database of `PostgresModule`, the storage of `MinosModule`, or
 * memory of its own.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [...EVENT_SOURCING_PROVIDERS, FeedProbe],
  exports: EVENT_SOURCING_EXPORTS,
})
export class EventSourcingModule extends ConfigurableModuleClass implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(EVENT_FEED) private readonly feed: EventFeed,
    private readonly subscriptions: EventSubscriptions,
  ) {
    super();
  }

  /** Declares what a module of the application has; its repositories can be injected there. */
  static forFeature(options: EventSourcingFeatureOptions): DynamicModule {
    return { module: EventSourcingFeatureModule, providers: featureProviders(options), exports: featureExports(options) };
  }

  onApplicationBootstrap(): void {
    this.subscriptions.start();
  }

  /** Ends the subscriptions, then every wait on the feed; the storage under them closes later. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.subscriptions.close();
    await this.feed.close();
  }
}
