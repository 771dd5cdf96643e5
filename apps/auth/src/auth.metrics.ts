import { AuthServer } from '@minos/auth/server';
import { Metrics } from '@minos/health';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';

/** What the server counts, among the metrics of the service. */
@Injectable()
export class AuthMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly metrics: Metrics,
    private readonly server: AuthServer,
  ) {}

  onApplicationBootstrap(): void {
    const { statistics } = this.server;
    for (const definition of statistics.definitions) this.metrics.readings(definition, () => statistics.read(definition.name));
  }
}
