import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { healthControllerAt } from './health.controller.js';
import { ConfigurableModuleClass, HEALTH_OPTIONS, type HealthModuleExtras } from './health.module-definition.js';
import { type HealthOptions, resolveHealthOptions } from './health-options.js';
import { HealthService } from './health.service.js';
import { MetricSourceExplorer } from './metrics/metric-source.explorer.js';
import { metricsControllerAt } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';
import { ProbeExplorer } from './probe/probe.explorer.js';
import { RESOLVED_HEALTH_OPTIONS } from './tokens.js';

type ForRoot = HealthOptions & HealthModuleExtras;
type ForRootAsync = Parameters<typeof ConfigurableModuleClass.forRootAsync>[0];

const METRICS: Provider = { provide: Metrics, useFactory: () => Metrics.create() };

/** Liveness, readiness and startup by Terminus, and metrics for Prometheus. Finds the probes of all libraries by their mark. */
@Module({})
export class HealthModule extends ConfigurableModuleClass {
  static override forRoot(options: ForRoot = {}): DynamicModule {
    const { isGlobal, controllers, path, metricsPath, ...rest } = options;
    return compose(super.forRoot(rest), { isGlobal, controllers, path, metricsPath });
  }

  static override forRootAsync(options: ForRootAsync): DynamicModule {
    return compose(super.forRootAsync(options), options);
  }
}

function compose(definition: DynamicModule, extras: HealthModuleExtras): DynamicModule {
  const metrics = extras.metricsPath !== false;
  return {
    ...definition,
    global: extras.isGlobal ?? true,
    imports: [...(definition.imports ?? []), DiscoveryModule, TerminusModule.forRoot({ logger: false })],
    controllers: controllersOf(extras),
    providers: [
      ...(definition.providers ?? []),
      { provide: RESOLVED_HEALTH_OPTIONS, useFactory: resolveHealthOptions, inject: [HEALTH_OPTIONS] },
      ProbeExplorer,
      HealthService,
      ...(metrics ? [METRICS, MetricSourceExplorer] : []),
    ],
    exports: [HealthService, ...(metrics ? [Metrics] : [])],
  };
}

function controllersOf({ controllers = true, path = 'health', metricsPath = 'metrics' }: HealthModuleExtras): Type[] {
  if (!controllers) return [];
  return [...(path === false ? [] : [healthControllerAt(path)]), ...(metricsPath === false ? [] : [metricsControllerAt(metricsPath)])];
}
