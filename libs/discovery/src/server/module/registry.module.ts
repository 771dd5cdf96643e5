import { type DynamicModule, Module } from '@nestjs/common';
import type { RegistryOptions } from '../registry/registry-options.js';
import { Registry } from '../registry/registry.js';
import { RegistryController } from './registry.controller.js';
import { ConfigurableModuleClass } from './registry.module-definition.js';
import { RegistryBootRow } from './registry.boot-row.js';
import { REGISTRY_PROVIDERS } from './registry.providers.js';
import { RegistryProbe } from './registry.probe.js';
import { RegistrySeries } from './registry.series.js';
import { RegistryRuntime } from './registry.runtime.js';
import { Watchers } from './watchers.js';
import { REGISTRY_STORE } from './tokens.js';

/** A registry of services, at `/registry`. Stands on the database, leases and commit hints of `MinosModule`; without a database it keeps everything in memory. */
@Module({})
export class RegistryModule extends ConfigurableModuleClass {
  static override forRoot(options: RegistryOptions = {}): DynamicModule {
    const definition = super.forRoot(options);
    return {
      ...definition,
      controllers: [RegistryController],
      providers: [
        ...(definition.providers ?? []),
        ...REGISTRY_PROVIDERS,
        Watchers,
        RegistryRuntime,
        RegistryProbe,
        RegistrySeries,
        RegistryBootRow,
      ],
      exports: [Registry, REGISTRY_STORE],
    };
  }
}
