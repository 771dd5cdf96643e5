import { SERVICE_NAME } from '@minos/common';
import { CqrsModule } from '@minos/cqrs';
import { EventSourcingModule, featureExports, featureProviders, type EventSourcingFeatureOptions } from '@minos/event-sourcing/module';
import { HealthModule, Metrics } from '@minos/health';
import { MESSAGE_METRICS } from '@minos/messaging/module';
import type { SagaDefinition } from '@minos/saga';
import { SAGA_OPTIONS, SagaModule, SagasOffModule } from '@minos/saga/module';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { BootRowExplorer } from './boot/boot-row.explorer.js';
import { BootService } from './boot/boot.service.js';
import { OptionsModule } from './composition/options.module.js';
import { StorageModule } from './composition/storage.module.js';
import { HandlerExplorer } from '@minos/messaging/module';
import { HttpEdge } from './http/edge/http-edge.service.js';
import { IdempotencyInterceptor } from './http/idempotency/idempotency.interceptor.js';
import { ProblemFilter } from './http/problem/problem.filter.js';
import { EventPublishing } from './messaging/event-publishing.js';
import { messagingModule } from './messaging/messaging-parts.js';
import { HandlerMetrics } from './metrics/handler-metrics.js';
import { SagaDurations } from './metrics/saga-durations.js';
import { ServiceMetrics } from './metrics/service-metrics.js';
import { ASYNC_OPTIONS_TYPE, ConfigurableModuleClass } from './minos.module-definition.js';
import type { MinosExtras, MinosFeatures, MinosOptions, ResolvedMinosOptions } from './options/minos-options.js';
import { DrainService } from './shutdown/drain.service.js';
import { ShutdownState } from './shutdown/shutdown-state.js';
import { RESOLVED_OPTIONS } from './tokens.js';

/** What a module of the application declares: its aggregates, messages, upcasters and sagas. */
export interface MinosFeatureOptions extends EventSourcingFeatureOptions {
  /** @default none */
  readonly sagas?: readonly Type<SagaDefinition>[];
}

const HTTP: Provider[] = [
  HttpEdge,
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
];

const MESSAGING_METRICS: Provider[] = [
  { provide: MESSAGE_METRICS, useFactory: (metrics: Metrics) => new HandlerMetrics(metrics), inject: [Metrics] },
];

class MinosFeatureModule {}

/**
 * One import that composes a service: storage, unit of work, event sourcing, messaging, buses, the HTTP edge, health and metrics. `forRoot` says how the service
 * runs and does no I/O itself; `forFeature` says what a module of the application has.
 */
@Module({})
export class MinosModule extends ConfigurableModuleClass {
  static override forRoot(options: MinosOptions & MinosExtras): DynamicModule {
    const { features, cqrs, healthPath, metricsPath, ...rest } = options;
    return compose(super.forRoot(rest), { features, cqrs, healthPath, metricsPath });
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    const { features, cqrs, healthPath, metricsPath } = options;
    return compose(super.forRootAsync(options), { features, cqrs, healthPath, metricsPath });
  }

  /** Repositories of these aggregates can be injected in the importing module, and its messages are known. */
  static forFeature({ sagas = [], ...options }: MinosFeatureOptions): DynamicModule {
    return { module: MinosFeatureModule, providers: [...featureProviders(options), ...sagas], exports: featureExports(options) };
  }
}

function compose({ imports = [], providers = [] }: DynamicModule, extras: MinosExtras): DynamicModule {
  const { features = {} } = extras;
  const { messaging = true } = features;
  const buses = busesOf(extras);
  const sagas = [hasSagas(features) ? SagaModule : SagasOffModule];
  return {
    module: MinosModule,
    global: true,
    imports: [
      DiscoveryModule,
      OptionsModule.with({ imports, providers, extras }),
      StorageModule,
      EventSourcingModule.forRoot({}),
      ...(messaging ? [messagingModule()] : []),
      ...buses,
      ...sagas,
      ...healthImports(extras),
    ],
    providers: [
      { provide: SERVICE_NAME, useFactory: ({ service }: ResolvedMinosOptions) => service, inject: [RESOLVED_OPTIONS] },
      { provide: SAGA_OPTIONS, useFactory: ({ sagas }: ResolvedMinosOptions) => sagas, inject: [RESOLVED_OPTIONS] },
      ShutdownState,
      DrainService,
      HandlerExplorer,
      BootService,
      BootRowExplorer,
      ...featureParts(features),
      ...sagaParts(features),
    ],
    exports: [
      SERVICE_NAME,
      SAGA_OPTIONS,
      ShutdownState,
      HandlerExplorer,
      ...featureTokens(features),
      ...(buses.length > 0 ? [CqrsModule] : []),
      ...sagas,
    ],
  };
}

/** Without options the module itself, which others may import too: it is one and the same. */
function busesOf({ features: { cqrs = true } = {}, cqrs: options }: MinosExtras): (DynamicModule | typeof CqrsModule)[] {
  if (!cqrs) return [];
  return [options === undefined ? CqrsModule : CqrsModule.forRoot(options)];
}

function hasSagas({ saga = true, messaging = true, cqrs = true }: MinosFeatures): boolean {
  return saga && messaging && cqrs;
}

function sagaParts(features: MinosFeatures): Provider[] {
  const { metrics = true } = features;
  return metrics && hasSagas(features) ? [SagaDurations] : [];
}

function featureParts({ http = true, messaging = true, metrics = true }: MinosFeatures): Provider[] {
  return [
    ...(messaging ? [EventPublishing] : []),
    ...(http ? HTTP : []),
    ...(metrics ? [ServiceMetrics] : []),
    ...(metrics && messaging ? MESSAGING_METRICS : []),
  ];
}

function featureTokens({ messaging = true, metrics = true }: MinosFeatures): symbol[] {
  return messaging && metrics ? [MESSAGE_METRICS] : [];
}

function healthImports({ features = {}, healthPath = 'health', metricsPath = 'metrics' }: MinosExtras): DynamicModule[] {
  const { health = true, metrics = true } = features;
  if (!health && !metrics) return [];
  const module = HealthModule.forRootAsync({
    inject: [RESOLVED_OPTIONS],
    useFactory: ({ health, shutdown }: ResolvedMinosOptions) => ({ ...health, shutdownDelay: shutdown.delay }),
    path: health ? healthPath : false,
    metricsPath: metrics ? metricsPath : false,
  });
  return [module];
}
