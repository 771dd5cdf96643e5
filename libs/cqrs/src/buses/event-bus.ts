import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  type AsyncContext,
  CommandBus as NestCommandBus,
  type CqrsModuleOptions,
  EventBus as NestEventBus,
  type IEvent,
  type ISaga,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { Observable, of, retry, tap, throwError } from 'rxjs';
import { Dispatch } from '../dispatch/dispatch.js';
import { NEST_OPTIONS } from '../tokens.js';
import { CommandBus } from './command-bus.js';
import type { Unchecked } from './unchecked.js';

/**
 * The event bus of @nestjs/cqrs. What is published in a unit of work is heard of once that has committed: handlers and sagas, which nobody waits for, would otherwise
 * become part of it, or be cut off by its end. A saga that throws for one event goes on with the next.
 */
@Injectable()
export class EventBus<EventBase extends IEvent = IEvent> extends NestEventBus<EventBase> {
  private readonly log = new Logger('EventBus');
  private readonly dispatch: Dispatch;

  constructor(
    commandBus: NestCommandBus,
    moduleRef: ModuleRef,
    private readonly unhandled: UnhandledExceptionBus,
    @Optional() @Inject(NEST_OPTIONS) private readonly settings?: CqrsModuleOptions,
  ) {
    super(commandBus, moduleRef, unhandled, settings);
    this.dispatch = commandBus instanceof CommandBus ? commandBus.dispatch : new Dispatch();
  }

  override publish<E extends EventBase>(event: E, dispatcherOrContext?: unknown, context?: AsyncContext): Unchecked {
    return this.dispatch.afterUnit<unknown>(() => super.publish(event, dispatcherOrContext, context as AsyncContext));
  }

  override publishAll<E extends EventBase>(events: E[], dispatcherOrContext?: unknown, context?: AsyncContext): Unchecked {
    // The aggregate's list is emptied as soon as this returns.
    const published = [...events];
    return this.dispatch.afterUnit<unknown>(() => super.publishAll(published, dispatcherOrContext, context as AsyncContext));
  }

  protected override registerSaga(saga: ISaga<EventBase>): void {
    super.registerSaga(this.settings?.rethrowUnhandled === true ? saga : this.goingOn(saga));
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
