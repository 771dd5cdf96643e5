import { type MessageMetadata, messageMetadataOf, type Query } from '@minos/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import {
  type AsyncContext,
  type CqrsModuleOptions,
  type IQuery,
  type IQueryHandler,
  type IQueryResult,
  type Query as NestQuery,
  QueryBus as NestQueryBus,
} from '@nestjs/cqrs';
import { ApplicationBehaviours } from '../behaviours/application-behaviours.js';
import { surrounded } from '../behaviours/surrounded.js';
import { asNotYetConsistent, consistencyExtensions, ReadConsistency } from '../consistency/read-consistency.js';
import { Dispatch } from '../dispatch/dispatch.js';
import { MessageNotHandledError, WrongBusError } from '../errors/cqrs.errors.js';
import { NEST_OPTIONS } from '../tokens.js';
import { type BoundHandler, handlerTypeOf, isBound, wrapBound } from './bound-handlers.js';
import { runExecution } from './execution.js';
import { type QueryOptions, readExecuteOptions } from './execute-options.js';
import type { Unchecked } from './unchecked.js';

/** The query bus of @nestjs/cqrs, for queries of any service: one that another service owns is asked of that service. */
@Injectable()
export class QueryBus<QueryBase extends IQuery = IQuery> extends NestQueryBus<QueryBase> {
  constructor(
    moduleRef: ModuleRef,
    @Optional() @Inject(NEST_OPTIONS) options?: CqrsModuleOptions,
    @Optional() @Inject(Dispatch) private readonly dispatch: Dispatch = new Dispatch(),
    @Optional() @Inject(ApplicationBehaviours) private readonly behaviours?: ApplicationBehaviours,
    @Optional() @Inject(ReadConsistency) private readonly consistency?: ReadConsistency,
  ) {
    super(moduleRef, options);
  }

  /**
   * Resolves with what the handler answers. Rejects with what it throws, with `COMMAND_NOT_HANDLED` where this service has no handler, and with what
   * `Requests.ask` rejects with where another service owns the query. With `atLeast` the views that the handler reads show what those commands did, or it rejects with
   * `NOT_YET_CONSISTENT`.
   */
  override execute<R>(query: Query<R> | NestQuery<R>, options?: AsyncContext | QueryOptions): Promise<R>;
  override execute<T extends QueryBase, R = Unchecked>(query: T, options?: AsyncContext | QueryOptions): Promise<R>;
  override async execute(message: object, given?: AsyncContext | QueryOptions): Promise<unknown> {
    const query = message as QueryBase;
    const options = readExecuteOptions(given);
    const { context: _, atLeast, within, ...asking } = options;
    const metadata = messageMetadataOf(query.constructor);
    if (metadata !== undefined && metadata.kind !== 'query') throw new WrongBusError('QueryBus', metadata);
    if (metadata !== undefined && this.dispatch.isElsewhere(metadata))
      return this.elsewhere(query, metadata, { ...asking, atLeast, within });
    if (metadata !== undefined && !isBound(this['handlers'] as Map<string, BoundHandler>, '__query__', query))
      throw new MessageNotHandledError(metadata);
    return this.here(query, options);
  }

  /** @nestjs/cqrs 11 takes the factory of a provider for its class. */
  protected override registerHandler(handler: InstanceWrapper<IQueryHandler<QueryBase, IQueryResult>>): void {
    const made: unknown = handler.inject === undefined ? handler : Object.create(handler, { metatype: { value: handlerTypeOf(handler) } });
    super.registerHandler(made as typeof handler);
  }

  override bind<T extends QueryBase, R extends IQueryResult = Unchecked>(handler: InstanceWrapper<IQueryHandler<T, R>>, id: string): void {
    super.bind(handler, id);
    const type = handlerTypeOf(handler);
    const behaviours = this.behaviours?.around(type) ?? [];
    if (behaviours.length === 0) return;
    wrapBound(
      this['handlers'] as Map<string, BoundHandler>,
      id,
      (bound) => (message, context) => surrounded(behaviours, { kind: 'query', message, handler: type }, () => bound(message, context)),
    );
  }

  private async elsewhere(query: object, metadata: MessageMetadata, { atLeast, within, ...asking }: QueryOptions): Promise<unknown> {
    const extensions = consistencyExtensions({ atLeast, within });
    try {
      return await this.dispatch.ask(query, metadata, { ...asking, ...(extensions && { extensions }) });
    } catch (error) {
      throw asNotYetConsistent(error);
    }
  }

  private here(query: QueryBase, options: QueryOptions): Promise<unknown> {
    const { context, atLeast, within } = options;
    const handled = (): Promise<unknown> => this.fromHandler(query, context);
    if (Object.keys(options).length === 0) return handled();
    const read = (): Promise<unknown> =>
      atLeast === undefined || this.consistency === undefined ? handled() : this.consistency.read({ atLeast, within }, handled);
    return runExecution(query, options, read);
  }

  private fromHandler(query: QueryBase, context: AsyncContext | undefined): Promise<unknown> {
    return context === undefined ? super.execute<QueryBase, unknown>(query) : super.execute<QueryBase, unknown>(query, context);
  }
}
