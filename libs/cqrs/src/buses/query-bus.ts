import { messageMetadataOf, type Query } from '@minos/common';
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
import { Dispatch } from '../dispatch/dispatch.js';
import { MessageNotHandledError, WrongBusError } from '../errors/cqrs.errors.js';
import { NEST_OPTIONS } from '../tokens.js';
import { type BoundHandler, handlerTypeOf, isBound, wrapBound } from './bound-handlers.js';
import { type ExecuteOptions, readExecuteOptions } from './execute-options.js';
import { runExecution } from './execution.js';
import type { Unchecked } from './unchecked.js';

/** The query bus of @nestjs/cqrs, for queries of any service: one that another service owns is asked of that service. */
@Injectable()
export class QueryBus<QueryBase extends IQuery = IQuery> extends NestQueryBus<QueryBase> {
  constructor(
    moduleRef: ModuleRef,
    @Optional() @Inject(NEST_OPTIONS) options?: CqrsModuleOptions,
    @Optional() @Inject(Dispatch) private readonly dispatch: Dispatch = new Dispatch(),
    @Optional() @Inject(ApplicationBehaviours) private readonly behaviours?: ApplicationBehaviours,
  ) {
    super(moduleRef, options);
  }

  /**
   * Resolves with what the handler answers. Rejects with what it throws, with `COMMAND_NOT_HANDLED` where this service has no handler, and with what
   * `Requests.ask` rejects with where another service owns the query.
   */
  override execute<R>(query: Query<R> | NestQuery<R>, options?: AsyncContext | ExecuteOptions): Promise<R>;
  override execute<T extends QueryBase, R = Unchecked>(query: T, options?: AsyncContext | ExecuteOptions): Promise<R>;
  override async execute(message: object, options?: AsyncContext | ExecuteOptions): Promise<unknown> {
    const query = message as QueryBase;
    const given = readExecuteOptions(options);
    const { context, ...asking } = given;
    const metadata = messageMetadataOf(query.constructor);
    if (metadata === undefined) return this.fromHandler(query, given);
    if (metadata.kind !== 'query') throw new WrongBusError('QueryBus', metadata);
    if (this.dispatch.isElsewhere(metadata)) return this.dispatch.ask(query, metadata, asking);
    if (!isBound(this['handlers'] as Map<string, BoundHandler>, '__query__', query)) throw new MessageNotHandledError(metadata);
    return this.fromHandler(query, given);
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

  private fromHandler(query: QueryBase, options: ExecuteOptions): Promise<unknown> {
    const { context } = options;
    const handled = (): Promise<unknown> =>
      context === undefined ? super.execute<QueryBase, unknown>(query) : super.execute<QueryBase, unknown>(query, context);
    return Object.keys(options).length === 0 ? handled() : runExecution(query, options, handled);
  }
}
