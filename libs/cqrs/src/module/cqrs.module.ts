import { SERVICE_NAME } from '@minos/common';
import { HandlerExplorer, HandlersInvalidError } from '@minos/messaging/module';
import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit, Optional, type Provider, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryModule, DiscoveryService, ModuleRef, ModulesContainer } from '@nestjs/core';
import {
  CommandBus as NestCommandBus,
  CqrsModule as NestCqrsModule,
  type CqrsModuleAsyncOptions,
  type CqrsModuleOptions,
  EventBus as NestEventBus,
  EventPublisher,
  type IEvent,
  QueryBus as NestQueryBus,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { ApplicationBehaviours } from '../behaviours/application-behaviours.js';
import { BehaviourMiddleware } from '../behaviours/behaviour.middleware.js';
import type { BehaviourType } from '../behaviours/behaviour.js';
import { handlerFaults, undeliverableFaults } from '../boot/handler-faults.js';
import { CommandBus } from '../buses/command-bus.js';
import { EventBus } from '../buses/event-bus.js';
import { QueryBus } from '../buses/query-bus.js';
import { Composer } from '../composition/composer.js';
import { compositionFaults } from '../composition/composition-faults.js';
import { exploreCompositions } from '../composition/composition.explorer.js';
import { Dispatch } from '../dispatch/dispatch.js';
import { DISPATCH_PROVIDER } from '../dispatch/dispatch.provider.js';
import { CqrsModuleTwiceError } from '../errors/cqrs.errors.js';
import { ProjectionResources } from '../projection/projection-resources.js';
import { Projections } from '../projection/projections.js';
import { FEED_PROVIDERS } from '../remote-feed/feed.providers.js';
import { FEED_READERS, VIEW_STORE } from '../tokens.js';
import { Views } from '../view/views.js';
import { DurableSagaBinder } from './durable-saga.binder.js';
import { PROJECTION_PROVIDERS } from './projection.providers.js';

/** Options of @nestjs/cqrs, and what stands around every handler. */
export interface CqrsOptions extends CqrsModuleOptions {
  /** Around every handler of commands and queries, the first outermost; providers of the application. @default none */
  readonly behaviours?: readonly BehaviourType[];
  /** The services that may build views on this one's events, of all time and all tenants. @default none in production, else all whose messages are believed */
  readonly feedReaders?: readonly string[];
}

type OwnOptions = Pick<CqrsOptions, 'behaviours' | 'feedReaders'>;

const EVERYWHERE = Symbol.for('@minos/cqrs/everywhere');

/** Refuses what would go wrong later. Its making throws `CQRS_MODULE_TWICE`. */
@Injectable()
class CqrsBoot implements OnModuleInit {
  constructor(
    modules: ModulesContainer,
    private readonly handlers: HandlerExplorer,
    private readonly discovery: DiscoveryService,
    private readonly dispatch: Dispatch,
    @Optional() @Inject(SERVICE_NAME) private readonly service?: string,
  ) {
    // Before anything is bound: what two modules bind twice would be told first.
    demandOne([...modules.values()].map(({ metatype }) => metatype));
  }

  /** Throws `HANDLERS_INVALID` with all faults. */
  onModuleInit(): void {
    const handlers = this.handlers.explore();
    const undeliverable = this.service === undefined || this.dispatch.publishes ? [] : undeliverableFaults(handlers);
    const faults = [...handlerFaults(handlers), ...undeliverable, ...compositionFaults(exploreCompositions(this.discovery), handlers)];
    if (faults.length > 0) throw new HandlersInvalidError(this.service ?? 'of this process', faults);
  }
}

/** Throws `CQRS_MODULE_TWICE`. */
function demandOne(types: readonly Type[]): void {
  const importersOf = (type: Type) => types.filter((importer) => importsOf(importer).includes(type)).map(({ name }) => name);
  if (types.includes(NestCqrsModule)) throw new CqrsModuleTwiceError('@nestjs/cqrs', importersOf(NestCqrsModule));
  if (types.filter((type) => type === CqrsModule).length > 1) throw new CqrsModuleTwiceError('@minos/cqrs', importersOf(CqrsModule));
}

function importsOf(importer: Type): readonly unknown[] {
  const imports = (Reflect.getMetadata(MODULE_METADATA.IMPORTS, importer) ?? []) as readonly (Type | DynamicModule)[];
  return imports.map((one) => ('module' in one ? one.module : one));
}

const OURS = new Map<unknown, Type>([
  [NestCommandBus, CommandBus],
  [NestQueryBus, QueryBus],
  [NestEventBus, EventBus],
]);

/** What the module of @nestjs/cqrs provides, with our buses in place of its own. */
function providers(): Provider[] {
  const theirs = Reflect.getMetadata(MODULE_METADATA.PROVIDERS, NestCqrsModule) as Provider[];
  return theirs.flatMap((provider): Provider[] => {
    const ours = OURS.get(provider);
    return ours === undefined ? [provider] : [ours, { provide: provider as Type, useExisting: ours }];
  });
}

/** The module of @nestjs/cqrs with buses that know other services and units of work. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    ...providers(),
    HandlerExplorer,
    CqrsBoot,
    DurableSagaBinder,
    DISPATCH_PROVIDER,
    ...FEED_PROVIDERS,
    Composer,
    ...PROJECTION_PROVIDERS,
    BehaviourMiddleware,
    {
      provide: ApplicationBehaviours,
      useFactory: (moduleRef: ModuleRef, everywhere?: readonly BehaviourType[]) => new ApplicationBehaviours(moduleRef, everywhere),
      inject: [ModuleRef, { token: EVERYWHERE, optional: true }],
    },
  ],
  exports: [
    CommandBus,
    QueryBus,
    NestCommandBus,
    NestQueryBus,
    EventBus,
    NestEventBus,
    EventPublisher,
    UnhandledExceptionBus,
    Dispatch,
    Composer,
    Projections,
    ProjectionResources,
    Views,
    VIEW_STORE,
  ],
})
export class CqrsModule<EventBase extends IEvent = IEvent> extends NestCqrsModule<EventBase> {
  static override forRoot({ behaviours, feedReaders, ...options }: CqrsOptions = {}): DynamicModule {
    return ours(super.forRoot(options), { behaviours, feedReaders });
  }

  /** `behaviours` and `feedReaders` are static. */
  static override forRootAsync({ behaviours, feedReaders, ...options }: CqrsModuleAsyncOptions & OwnOptions): DynamicModule {
    return ours(super.forRootAsync(options), { behaviours, feedReaders });
  }
}

function ours({ providers = [], ...rest }: DynamicModule, { behaviours = [], feedReaders }: OwnOptions): DynamicModule {
  const own: Provider[] = [
    { provide: EVERYWHERE, useValue: behaviours },
    { provide: FEED_READERS, useValue: feedReaders },
  ];
  return { ...rest, module: CqrsModule, providers: [...providers, ...own] };
}
