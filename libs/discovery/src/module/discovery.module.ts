import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule as NestDiscoveryModule } from '@nestjs/core';
import { DiscoveryClient } from '../client/discovery-client.js';
import { type ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, type OPTIONS_TYPE } from './discovery.module-definition.js';
import { DISCOVERY_PROVIDERS } from './discovery.providers.js';
import { DiscoveryBootRow } from './health/discovery.boot-row.js';
import { DiscoverySeries } from './health/discovery.series.js';
import { InstanceHeader } from './health/instance-header.js';
import { RegistrationProbe } from './health/registration.probe.js';
import { RegistrationRunner } from './registration.runner.js';
import { RouteExplorer } from './routes/route.explorer.js';
import { REGISTRAR, SERVICE_DIRECTORY } from './tokens.js';

/** Registers the service with its routes when it listens, takes it out before it drains, and finds other services. */
@Module({})
export class DiscoveryModule extends ConfigurableModuleClass {
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return compose(super.forRoot(options));
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return compose(super.forRootAsync(options));
  }
}

function compose(definition: DynamicModule): DynamicModule {
  return {
    ...definition,
    imports: [...(definition.imports ?? []), NestDiscoveryModule],
    providers: [
      ...(definition.providers ?? []),
      ...DISCOVERY_PROVIDERS,
      RouteExplorer,
      RegistrationRunner,
      InstanceHeader,
      RegistrationProbe,
      DiscoverySeries,
      DiscoveryBootRow,
    ],
    exports: [SERVICE_DIRECTORY, DiscoveryClient, REGISTRAR],
  };
}
