import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Sagas } from '../api/sagas.js';
import { SagaOperations } from '../operations/saga-operations.js';
import { SagaStatistics } from '../health/saga-statistics.js';
import { SAGA_HEALTH_PROVIDERS } from './saga-health.providers.js';
import { Resources } from '../resources/resources.js';
import { RESOURCE_PROVIDERS } from './resource.providers.js';
import { SagaBinder } from './saga.binder.js';
import { SAGA_PARTS, SAGA_PROVIDERS } from './saga.providers.js';
import { SAGA_PURGE_PROVIDERS } from './saga-purge.runner.js';
import { SAGA_STORE_PROVIDER } from './saga-store.provider.js';
import { RESOURCE_STORE, SAGA_STORE } from './tokens.js';

/** Runs the sagas among the application's providers, with the storage and messaging of `MinosModule`. */
@Module({
  imports: [DiscoveryModule],
  providers: [SAGA_STORE_PROVIDER, ...SAGA_PROVIDERS, ...SAGA_PURGE_PROVIDERS, ...SAGA_HEALTH_PROVIDERS, ...RESOURCE_PROVIDERS, SagaBinder],
  exports: [Sagas, SagaOperations, SagaStatistics, SAGA_STORE, SAGA_PARTS, Resources, RESOURCE_STORE],
})
export class SagaModule {}
