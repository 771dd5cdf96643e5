import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type InjectionToken,
  type OnApplicationBootstrap,
  Optional,
  type OptionalFactoryDependency,
  type Provider,
} from '@nestjs/common';
import { CLOCK, type Clock, SystemClock } from '@minos/common';
import type { SagaStore } from '../contracts/saga-store.js';
import { SagaPurge } from '../purge/saga-purge.js';
import { SAGA_PARTS, type SagaParts } from './saga.providers.js';
import { resolveSagaModuleOptions, type SagaModuleOptions } from './saga-module.options.js';
import { SAGA_OPTIONS, SAGA_STORE } from './tokens.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

/** Runs the purge for as long as an application with sagas does. */
@Injectable()
export class SagaPurgeRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Optional() private readonly purge?: SagaPurge,
    @Optional() @Inject(SAGA_PARTS) private readonly parts?: SagaParts,
  ) {}

  onApplicationBootstrap(): void {
    if ((this.parts?.engine.sagas.all.length ?? 0) > 0) this.purge?.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.purge?.stop();
  }
}

export const SAGA_PURGE_PROVIDERS: Provider[] = [
  {
    provide: SagaPurge,
    useFactory: (store?: SagaStore, clock: Clock = new SystemClock(), options?: SagaModuleOptions) =>
      store === undefined ? undefined : new SagaPurge({ store, clock }, resolveSagaModuleOptions(options).purge),
    inject: [SAGA_STORE, CLOCK, SAGA_OPTIONS].map(optional),
  },
  SagaPurgeRunner,
];
