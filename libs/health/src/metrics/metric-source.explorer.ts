import { isMetricSource, type MetricSource } from '@minos/common';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Metrics } from './metrics.js';

/** Puts the figures of all providers that `@MetricSource` marks among the metrics of the application. */
@Injectable()
export class MetricSourceExplorer implements OnApplicationBootstrap {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    for (const source of this.sources())
      for (const definition of source.definitions) this.metrics.readings(definition, () => source.read(definition.name));
  }

  private sources(): ReadonlySet<MetricSource> {
    const providers = this.discovery.getProviders() as readonly { instance: unknown }[];
    const marked = providers.flatMap(({ instance }) =>
      typeof instance === 'object' && instance !== null && isMetricSource(instance.constructor) ? [instance as MetricSource] : [],
    );
    // A provider may be there under several tokens.
    return new Set(marked);
  }
}
