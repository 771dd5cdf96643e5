import type { Type } from '@nestjs/common';
import {
  type ApplicationConfig,
  type ContextId,
  ContextIdFactory,
  type DiscoveryService,
  type ExternalContextCreator,
  ModuleRef,
  type ModulesContainer,
} from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import type { MessageContext } from '../contracts/message-handler.js';
import type { HandlerWork, PlacedHandler } from '../handlers/bindings.js';
import { contextCreator } from './context-creator.js';
import { boundKinds, ENHANCER_KINDS, type EnhancerKind, GlobalEnhancers } from './enhancers.js';
import { HandlerMethodMissingError } from './invoker.errors.js';
import { MINOS_CONTEXT } from './minos-context.js';

/** A provider as Nest's `DiscoveryService` gives it. */
export type HandlerProvider = ReturnType<DiscoveryService['getProviders']>[number];

export interface MessageHandlerInvokerOptions {
  /**
   * Which of the application's global enhancers (`APP_GUARD`, `useGlobalPipes()`, …) stand around message handlers too; `true`: all kinds. Most are written for HTTP and
   * fail on messages. Those in request scope never do.
   * @default false
   */
  readonly globalEnhancers?: boolean | readonly EnhancerKind[];
}

interface Called {
  readonly instance: object;
  readonly method: string;
  readonly contextId?: ContextId;
}

/**
 * Calls the methods of providers with a message and its context, through the guards, interceptors, pipes and filters that are bound to class and method. Where nothing
 * is bound the method is called directly.
 */
export class MessageHandlerInvoker {
  private readonly chosen: readonly EnhancerKind[];
  private parts: { readonly globals: GlobalEnhancers; readonly creator: ExternalContextCreator } | undefined;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly application: ApplicationConfig,
    { globalEnhancers = false }: MessageHandlerInvokerOptions = {},
  ) {
    this.chosen = typeof globalEnhancers === 'boolean' ? (globalEnhancers ? ENHANCER_KINDS : []) : globalEnhancers;
  }

  /**
   * What calls a method of the provider; to be asked for once the application is initialised. A provider in request scope, or one with something in it below or in front of it, is
   * made anew for each message, with the {@link MessageContext} as `REQUEST`. Throws `HANDLER_METHOD_MISSING`.
   */
  bind<M = unknown>(provider: HandlerProvider, method: string): PlacedHandler<M> {
    const type = classOf(provider);
    const callback: unknown = Reflect.get(type.prototype as object, method);
    if (typeof callback !== 'function') throw new HandlerMethodMissingError(type.name, method);
    const kinds = [...new Set([...this.made.globals.kinds, ...boundKinds(type, callback)])];
    const { host } = provider;
    const isStatic = host === undefined || (provider.isDependencyTreeStatic() && !provider.isTransient);
    const work: HandlerWork<unknown> = isStatic
      ? this.call(provider, { instance: provider.instance as object, method }, kinds)
      : this.perMessage(provider, host.getProviderByKey<ModuleRef>(ModuleRef).instance, (called) =>
          this.call(provider, { ...called, method }, kinds),
        );
    return { work, handler: { type, method } };
  }

  /** Made late: global enhancers may be added until the application is initialised. */
  private get made() {
    if (this.parts === undefined) {
      const globals = new GlobalEnhancers(this.application, this.chosen);
      this.parts = { globals, creator: contextCreator(this.modules, globals.config) };
    }
    return this.parts;
  }

  private call(provider: HandlerProvider, called: Called, kinds: readonly EnhancerKind[]): HandlerWork<unknown> {
    const { instance, method, contextId } = called;
    const callback = Reflect.get(instance, method) as (...args: unknown[]) => unknown;
    if (kinds.length === 0) return (message, context) => settled(Reflect.apply(callback, instance, [message, context]));
    const through = this.made.creator.create(
      instance,
      callback,
      method,
      undefined,
      undefined,
      contextId,
      provider.id,
      { guards: kinds.includes('guards'), interceptors: kinds.includes('interceptors'), filters: kinds.includes('filters') },
      MINOS_CONTEXT,
    ) as (message: unknown, context: MessageContext) => Promise<unknown>;
    return async (message, context) => settled(await through(message, context));
  }

  private perMessage(
    provider: HandlerProvider,
    modules: ModuleRef,
    call: (called: Pick<Called, 'instance' | 'contextId'>) => HandlerWork<unknown>,
  ): HandlerWork<unknown> {
    return async (message, context) => {
      const contextId = ContextIdFactory.getByRequest(context);
      // What a durable tree shares must not know the one message that happened to come first.
      modules.registerRequestByContextId(provider.isDependencyTreeDurable() ? contextId.payload : context, contextId);
      const instance = await modules.resolve<unknown, object>(provider.token as Type, contextId);
      return call({ instance, contextId })(message, context);
    };
  }
}

/** Made by a factory or given as a value, only the instance knows its class. */
function classOf({ isNotMetatype, metatype, instance }: HandlerProvider): Type {
  return (isNotMetatype ? (instance as object).constructor : metatype) as Type;
}

function settled(result: unknown): unknown {
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}
