// Every name of @nestjs/cqrs that is not one of ours below.
export {
  type AbstractConstructor,
  ASYNC_CONTEXT_ATTRIBUTE,
  AsyncContext,
  CommandHandler,
  CommandHandlerNotFoundException,
  type CommandHandlerType,
  type Constructor,
  type CqrsModuleAsyncOptions,
  type CqrsModuleOptions,
  type CqrsModuleOptionsFactory,
  type EventHandlerType,
  type EventIdProvider,
  EventPublisher,
  EventsHandler,
  type IAggregateRoot,
  type ICommand,
  type ICommandBus,
  type ICommandHandler,
  type ICommandPublisher,
  type IEvent,
  type IEventBus,
  type IEventHandler,
  type IEventPublisher,
  type IMessageSource,
  InvalidCommandHandlerException,
  InvalidEventsHandlerException,
  InvalidQueryHandlerException,
  InvalidSagaException,
  type IQuery,
  type IQueryBus,
  type IQueryHandler,
  type IQueryPublisher,
  type IQueryResult,
  type ISaga,
  type IUnhandledExceptionPublisher,
  ObservableBus,
  ofType,
  Publishable,
  QueryHandler,
  QueryHandlerNotFoundException,
  type QueryHandlerType,
  Saga,
  UnhandledExceptionBus,
  type UnhandledExceptionInfo,
  UnsupportedSagaScopeException,
  WithAggregateRoot,
} from '@nestjs/cqrs';
export { Command, Event, Query } from '@minos/common';
export type { CommandResult, MessageClass, QueryResult, RejectionCode } from '@minos/common';
export { isRejection, Rejection } from '@minos/common';
export { AggregateRoot } from '@minos/event-sourcing';
export { Behaviours } from './behaviours/behaviours.decorator.js';
export type { Behaviour, BehaviourType, HandledCall, HandlerType } from './behaviours/behaviour.js';
export { CommandBus } from './buses/command-bus.js';
export type { ExecuteOptions } from './buses/execute-options.js';
export { EventBus } from './buses/event-bus.js';
export { QueryBus } from './buses/query-bus.js';
export { AggregateQueries, type AggregateFindOptions, type Consistency } from './current-state/aggregate-queries.js';
export type { AggregateRow, RowIdentity, StateOf } from './current-state/aggregate-row.js';
export { getAggregateQueriesToken, InjectAggregateQueries, Queryable, type QueryableOptions } from './current-state/queryable.decorator.js';
export type { EnqueueOptions } from './dispatch/dispatch.js';
export {
  BehaviourNextTwiceError,
  CqrsModuleTwiceError,
  MessageNotHandledError,
  MessagingOffError,
  WrongBusError,
} from './errors/cqrs.errors.js';
export {
  ProjectionDatabaseMissingError,
  ProjectionsInvalidError,
  ProjectionStorageMissingError,
  ProjectionTableUnfitError,
  ProjectionUnknownError,
} from './errors/projection.errors.js';
export { AggregateStateInvalidError, CqrsModuleMissingError } from './errors/queryable.errors.js';
export { ViewInvalidError, ViewQueryInvalidError, ViewTakenError, ViewUnknownError } from './errors/view.errors.js';
export { MemoryViewStore } from './memory/memory-view-store.js';
export { CqrsModule, type CqrsOptions } from './module/cqrs.module.js';
export { MIGRATIONS } from './postgres/migrations/index.js';
export { PostgresViewStore } from './postgres/postgres-view-store.js';
export { ViewWriter as ViewChangeWriter } from './postgres/view.writer.js';
export type { ProjectionContext, ViewWriter } from './projection/projection-context.js';
export { Projection, type ProjectionOptions, When } from './projection/projection.decorator.js';
export { Projections, type ProjectionStatus } from './projection/projections.js';
export { sqlOf } from './projection/sql-of.js';
export { VIEW_STORE } from './tokens.js';
export { type Condition, conditions, type Conditions, type Order } from './view/conditions.js';
export { type RowClass, View, type ViewOptions } from './view/view.decorator.js';
export { type FindOptions, type Page, ViewReader, Views } from './view/views.js';
export type {
  RowChange,
  ViewCondition,
  ViewOrder,
  ViewPlace,
  ViewQuery,
  ViewRow,
  ViewStore,
  ViewTable,
  WriteView,
} from './contracts/view-store.js';
