import { messageMetadataOf } from '@minos/common';
import { hasStream } from '@minos/event-sourcing';
import { consumerMetadataOf } from '@minos/messaging';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import {
  AsyncContext,
  CommandBus as NestCommandBus,
  type CqrsModuleOptions,
  EventBus as NestEventBus,
  type IEvent,
  type IEventHandler,
  type ISaga,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { Observable, of, retry, tap, throwError } from 'rxjs';
import { ApplicationBehaviours } from '../behaviours/application-behaviours.js';
import type { Behaviour, HandlerType } from '../behaviours/behaviour.js';
import { surrounded } from '../behaviours/surrounded.js';
import { Dispatch } from '../dispatch/dispatch.js';
import { sagaDeclarationsOf } from '../saga/saga.decorator.js';
import { NEST_OPTIONS } from '../tokens.js';
import { handlerTypeOf } from './bound-handlers.js';
import { CommandBus } from './command-bus.js';
import type { Unchecked } from './unchecked.js';

/**
 * The event bus of @nestjs/cqrs. What is published in a unit of work is heard of once that has committed: handlers and sagas, which nobody waits for, would otherwise
 * become part of it, or be cut off by its end. Events with durable names leave with the unit, or with one of their own, for consumers. A saga that throws for one event
 * goes on with the next.
 */
@Injectable()
export class EventBus<EventBase extends IEvent = IEvent> extends NestEventBus<EventBase> {
  private readonly log = new Logger('EventBus');
  private readonly dispatch: Dispatch;

  constructor(
    commandBus: NestCommandBus,
    private readonly modules: ModuleRef,
    private readonly unhandled: UnhandledExceptionBus,
    @Optional() @Inject(NEST_OPTIONS) private readonly settings?: CqrsModuleOptions,
    @Optional() @Inject(ApplicationBehaviours) private readonly behaviours?: ApplicationBehaviours,
  ) {
    super(commandBus, modules, unhandled, settings);
    this.dispatch = commandBus instanceof CommandBus ? commandBus.dispatch : new Dispatch();
  }

  override publish<E extends EventBase>(event: E, dispatcherOrContext?: unknown, context?: AsyncContext): Unchecked {
    return this.leave([event], dispatcherOrContext, () => super.publish(event, dispatcherOrContext, context as AsyncContext));
  }

  override publishAll<E extends EventBase>(events: E[], dispatcherOrContext?: unknown, context?: AsyncContext): Unchecked {
    // The aggregate's list is emptied as soon as this returns.
    const published = [...events];
    return this.leave(published, dispatcherOrContext, () => super.publishAll(published, dispatcherOrContext, context as AsyncContext));
  }

  /** Leaves those out that get their events over the broker. */
  override registerSagas(wrappers: InstanceWrapper<object>[] = []): void {
    const durable = wrappers.filter((wrapper) => this.isDurable(wrapper));
    super.registerSagas(wrappers.filter((wrapper) => !durable.includes(wrapper)));
    for (const wrapper of durable) {
      const instance = wrapper.instance as Record<string, ISaga<EventBase>>;
      for (const { property, continuous } of sagaDeclarationsOf(handlerTypeOf(wrapper))) {
        const saga = instance[property]?.bind(instance) as ISaga<EventBase>;
        if (continuous === true) this.registerSaga(Object.defineProperty(saga, 'name', { value: property }));
      }
    }
  }

  /** Does nothing for one that gets its events over the broker: it would handle each twice. */
  protected override registerHandler(handler: InstanceWrapper<IEventHandler<EventBase>>): void {
    if (!this.isDurable(handler)) super.registerHandler(handler);
  }

  override bind(handler: InstanceWrapper<IEventHandler<EventBase>>, id: string): void {
    const type = handlerTypeOf(handler);
    const behaviours = this.behaviours?.around(type) ?? [];
    super.bind(behaviours.length === 0 ? handler : this.inside(behaviours, type, handler), id);
  }

  protected override registerSaga(saga: ISaga<EventBase>): void {
    super.registerSaga(this.settings?.rethrowUnhandled === true ? saga : this.goingOn(saga));
  }

  /** The handler as the bus calls it, inside its behaviours; one in request scope is made by the bus's own rules. */
  private inside(
    behaviours: readonly Behaviour[],
    type: HandlerType,
    handler: InstanceWrapper<IEventHandler<EventBase>>,
  ): InstanceWrapper<IEventHandler<EventBase>> {
    const made = async (event: EventBase): Promise<IEventHandler<EventBase>> => {
      if (handler.isDependencyTreeStatic()) return handler.instance;
      const context = AsyncContext.of(event) ?? new AsyncContext();
      return this.modules.resolve<IEventHandler<EventBase>>(type, context.id, { strict: false });
    };
    const handle = (event: EventBase): unknown =>
      surrounded(behaviours, { kind: 'event', message: event, handler: type }, async () => (await made(event)).handle(event));
    return Object.create(handler, { instance: { value: { handle } }, isDependencyTreeStatic: { value: () => true } }) as typeof handler;
  }

  private isDurable(provider: InstanceWrapper<object>): boolean {
    return this.dispatch.publishes && consumerMetadataOf(handlerTypeOf(provider)) !== undefined;
  }

  /** What has a durable name leaves with the unit; then this process is told. The events of a stored aggregate leave from the store. */
  private leave(events: readonly object[], dispatcher: unknown, tell: () => unknown): Unchecked {
    const isStored = typeof dispatcher === 'object' && dispatcher !== null && hasStream(dispatcher);
    const named = isStored ? [] : events.filter((event) => messageMetadataOf(event.constructor)?.kind === 'event');
    if (named.length === 0 || !this.dispatch.publishes) return this.dispatch.afterUnit(tell);
    const work = (): void => {
      this.dispatch.publish(named);
      this.dispatch.afterUnit(tell);
    };
    // What the unit cannot take fails the work, which may not wait for the answer.
    if (this.dispatch.isInUnit) return work();
    const published = this.dispatch.inUnit(work);
    // Most callers do not wait, as with @nestjs/cqrs.
    void Promise.resolve(published).catch((error: unknown) => {
      this.unhandled.publish({ cause: named[0] as EventBase, exception: error });
      this.log.error('Events could not be published.', error);
    });
    return published;
  }

  /** The error is told as @nestjs/cqrs tells it. One that comes before any event would come again at once: there the saga ends, as it does there. */
  private goingOn(saga: ISaga<EventBase>): ISaga<EventBase> {
    const again: ISaga<EventBase> = (events$) => {
      let seen = false;
      const commands$: unknown = saga(events$.pipe(tap(() => (seen = true))));
      // What is no stream is refused by the bus.
      if (!(commands$ instanceof Observable)) return commands$ as ReturnType<typeof saga>;
      const delay = (error: unknown): Observable<unknown> => {
        if (!seen) return throwError(() => error);
        seen = false;
        this.unhandled.publish({ cause: saga.name, exception: error });
        this.log.error(`Saga "${saga.name}" has thrown for an event, and goes on with the next.`, error);
        return of(undefined);
      };
      return commands$.pipe(retry({ delay }));
    };
    return Object.defineProperty(again, 'name', { value: saga.name });
  }
}
