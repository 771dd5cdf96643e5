import { Metrics } from '@minos/health';
import { SagaStatistics } from '@minos/saga';
import { Injectable, type OnApplicationBootstrap, Optional } from '@nestjs/common';

/** A saga waits for others, at times for people. */
const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

/** How long sagas take, among the metrics of a service that has some. */
@Injectable()
export class SagaDurations implements OnApplicationBootstrap {
  constructor(
    private readonly metrics: Metrics,
    @Optional() private readonly statistics?: SagaStatistics,
  ) {}

  onApplicationBootstrap(): void {
    const { metrics, statistics } = this;
    if (statistics === undefined || statistics.names().length === 0) return;
    const help = 'Time from the start of an instance to its end in this process';
    const durations = metrics.histogram('minos_saga_duration_seconds', help, ['saga', 'outcome'], SECONDS);
    statistics.onEnded((saga, outcome, seconds) => durations.observe({ saga, outcome }, seconds));
  }
}
