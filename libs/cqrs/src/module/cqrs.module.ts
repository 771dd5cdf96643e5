import { SERVICE_NAME } from '@minos/common';
import { HandlerExplorer, HandlersInvalidError } from '@minos/messaging/module';
import { type DynamicModule, Inject, Injectable, Module, type OnModuleInit, Optional, type Provider, type Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryModule, ModuleRef, ModulesContainer } from '@nestjs/core';
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
import type { BehaviourType } from '../behaviours/behaviour.js';
import { handlerFaults } from '../boot/handler-faults.js';
import { CommandBus } from '../buses/command-bus.js';
import { EventBus } from '../buses/event-bus.js';
import { QueryBus } from '../buses/query-bus.js';
import { Dispatch } from '../dispatch/dispatch.js';
import { DISPATCH_PROVIDER } from '../dispatch/dispatch.provider.js';
import { CqrsModuleTwiceError } from '../errors/cqrs.errors.js';
import { ProjectionResources } from '../projection/projection-resources.js';
import { Projections } from '../projection/projections.js';
import { VIEW_STORE } from '../tokens.js';
import { Views } from '../view/views.js';
import { PROJECTION_PROVIDERS } from './projection.providers.js';

/** Options of @nestjs/cqrs, and what stands around every handler. */
export interface CqrsOptions extends CqrsModuleOptions {
  /** Around every handler of commands and queries, the first outermost; providers of the application. @default none */
  readonly behaviours?: readonly BehaviourType[];
}

const EVERYWHERE = Symbol.for('@minos/cqrs/everywhere');

/** Refuses what would go wrong later. */
@Injectable()
class CqrsBoot implements OnModuleInit {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly handlers: HandlerExplorer,
    @Optional() @Inject(SERVICE_NAME) private readonly service = 'of this process',
  ) {}

  /** Throws `CQRS_MODULE_TWICE`, and `HANDLERS_INVALID` with all faults. */
  onModuleInit(): void {
    const modules = [...this.modules.values()];
    const importers = modules.filter(({ imports }) => [...imports].some(({ metatype }) => metatype === NestCqrsModule));
    if (importers.length > 0) throw new CqrsModuleTwiceError(importers.map(({ name }) => name));
    const faults = handlerFaults(this.handlers.explore());
    if (faults.length > 0) throw new HandlersInvalidError(this.service, faults);
  }
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
    DISPATCH_PROVIDER,
    ...PROJECTION_PROVIDERS,
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
    Projections,
    ProjectionResources,
    Views,
    VIEW_STORE,
  ],
})
export class CqrsModule<EventBase extends IEvent = IEvent> extends NestCqrsModule<EventBase> {
  static override forRoot({ behaviours = [], ...options }: CqrsOptions = {}): DynamicModule {
    return ours(super.forRoot(options), behaviours);
  }

  /** `behaviours` are static: what stands around handlers is not configured. */
  static override forRootAsync({ behaviours = [], ...options }: CqrsModuleAsyncOptions & Pick<CqrsOptions, 'behaviours'>): DynamicModule {
    return ours(super.forRootAsync(options), behaviours);
  }
}

function ours({ providers = [], ...rest }: DynamicModule, behaviours: readonly BehaviourType[]): DynamicModule {
  return { ...rest, module: CqrsModule, providers: [...providers, { provide: EVERYWHERE, useValue: behaviours }] };
}
