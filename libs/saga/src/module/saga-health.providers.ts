import { CLOCK, type Clock, SystemClock } from '@minos/common';
import { MESSAGING_SETTINGS, type MessagingSettings } from '@minos/messaging/module';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type InjectionToken,
  Logger,
  type OnApplicationBootstrap,
  Optional,
  type OptionalFactoryDependency,
  type Provider,
} from '@nestjs/common';
import { waitingMessage } from '../health/saga-messages.js';
import { SagaStatistics } from '../health/saga-statistics.js';
import { SagaWatch } from '../health/saga-watch.js';
import { SagasBootRow } from '../health/sagas.boot-row.js';
import { SagasProbe } from '../health/sagas.probe.js';
import { SAGA_PARTS, type SagaParts } from './saga.providers.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

/** Watches for as long as an application runs that brings sagas on. */
@Injectable()
export class SagaWatchRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Optional() private readonly statistics?: SagaStatistics,
    @Optional() @Inject(MESSAGING_SETTINGS) private readonly settings?: Pick<MessagingSettings, 'run'>,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings?.run !== false && (this.statistics?.names().length ?? 0) > 0) this.statistics?.watch.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.statistics?.watch.stop();
  }
}

function makeStatistics(parts: SagaParts | undefined, clock: Clock = new SystemClock()): SagaStatistics | undefined {
  if (parts === undefined) return undefined;
  const { engine, runner, store, tally } = parts;
  const logger = new Logger('Sagas');
  const onKnown = ({ parked }: { readonly parked: number }): void => {
    const message = waitingMessage(parked);
    if (message !== undefined) logger.warn(message);
  };
  const names = (): readonly string[] => [...new Set(engine.sagas.all.map(({ name }) => name))];
  return new SagaStatistics(new SagaWatch({ runner, store, clock, onKnown }), tally, names);
}

export const SAGA_HEALTH_PROVIDERS: Provider[] = [
  { provide: SagaStatistics, useFactory: makeStatistics, inject: [SAGA_PARTS, CLOCK].map(optional) },
  {
    provide: SagasProbe,
    useFactory: (statistics?: SagaStatistics) => new SagasProbe(statistics?.watch),
    inject: [optional(SagaStatistics)],
  },
  {
    provide: SagasBootRow,
    useFactory: (parts?: SagaParts) => new SagasBootRow(() => parts?.engine.sagas.all ?? []),
    inject: [optional(SAGA_PARTS)],
  },
  SagaWatchRunner,
];
