import { Metrics } from '@minos/health';
import { MessagingStatistics } from '@minos/messaging';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

/** What messaging counts, among the metrics of the service. */
@Injectable()
export class MessagingMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly metrics: Metrics,
    private readonly statistics: MessagingStatistics,
  ) {}

  onApplicationBootstrap(): void {
    for (const definition of this.statistics.definitions) this.metrics.readings(definition, () => this.statistics.read(definition.name));
  }
}
