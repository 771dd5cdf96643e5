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
  Publishable,
  QueryHandler,
  QueryHandlerNotFoundException,
  type QueryHandlerType,
  UnhandledExceptionBus,
  type UnhandledExceptionInfo,
  UnsupportedSagaScopeException,
  WithAggregateRoot,
} from '@nestjs/cqrs';
export { Command, Event, Query } from '@minos/common';
export type { CommandResult, MessageClass, QueryResult, RejectionCode } from '@minos/common';
export { isRejection, Rejection } from '@minos/common';
export { Consumer, type ConsumerOptions } from '@minos/messaging';
export { AggregateRoot } from '@minos/event-sourcing';
export { Behaviours } from './behaviours/behaviours.decorator.js';
export type { Behaviour, BehaviourType, HandledCall, HandlerType } from './behaviours/behaviour.js';
export { CommandBus } from './buses/command-bus.js';
export { Compose } from './composition/compose.decorator.js';
export { compose } from './composition/compose.js';
export type {
  CompositionBuilder,
  CompositionOptions,
  CompositionPlan,
  Otherwise,
  PartOptions,
  PartsMissing,
} from './composition/compose.js';
export type { Composed, PartsOf, PartState } from './composition/composed.js';
export { Composer } from './composition/composer.js';
export { Composition, type CompositionClass } from './composition/composition.js';
export type { CacheScope, PartCacheOptions } from './composition/part-cache.js';
export type { Executed, ExecuteOptions, QueryOptions, TokenOptions } from './buses/execute-options.js';
export { EventBus } from './buses/event-bus.js';
export { QueryBus } from './buses/query-bus.js';
export type { AtLeastOptions } from './consistency/at-least-options.js';
export { AggregateQueries, type AggregateFindOptions, type Consistency } from './current-state/aggregate-queries.js';
export type { AggregateRow, RowIdentity, StateOf } from './current-state/aggregate-row.js';
export { getAggregateQueriesToken, InjectAggregateQueries, Queryable, type QueryableOptions } from './current-state/queryable.decorator.js';
export type { EnqueueOptions } from './dispatch/dispatch.js';
export { CompositionPartLateError } from './errors/composition.errors.js';
export {
  BehaviourNextTwiceError,
  CqrsModuleTwiceError,
  MessageNotHandledError,
  MessagingOffError,
  WrongBusError,
} from './errors/cqrs.errors.js';
export {
  ProjectionDatabaseMissingError,
  ProjectionRebuildImpossibleError,
  ProjectionRebuildNoneError,
  ProjectionRebuildRunningError,
  ProjectionsInvalidError,
  ProjectionSourceMissingError,
  ProjectionStorageMissingError,
  ProjectionTableUnfitError,
  ProjectionUnknownError,
} from './errors/projection.errors.js';
export { SagaCommandUnnamedError, SagasInvalidError, SagaStreamMissingError } from './errors/saga.errors.js';
export { ViewInvalidError, ViewQueryInvalidError, ViewTablesMissingError, ViewTakenError, ViewUnknownError } from './errors/view.errors.js';
export { AggregateStateInvalidError, CqrsModuleMissingError } from './errors/queryable.errors.js';
export { MemoryViewStore } from './memory/memory-view-store.js';
export { CqrsModule, type CqrsOptions } from './module/cqrs.module.js';
export { MIGRATIONS } from './postgres/migrations/index.js';
export { PostgresViewStore } from './postgres/postgres-view-store.js';
export { ViewWriter as ViewChangeWriter } from './postgres/view.writer.js';
export type { ProjectionContext, ViewWriter } from './projection/projection-context.js';
export { Projection, type ProjectionOptions, When } from './projection/projection.decorator.js';
export { Projections } from './projection/projections.js';
export type { ProjectionStatus } from './projection/projection-status.js';
export type { ProjectionRebuildStatus } from './projection/rebuild-progress.js';
export type { ProjectionAction } from './contracts/projection-journal.js';
export type { ProjectionFailure, ProjectionRequest, ProjectionRequester, ProjectionVerb } from './contracts/projection-control.js';
export { sqlOf } from './projection/sql-of.js';
export { ofType } from './saga/of-type.js';
export { Saga, type SagaOptions } from './saga/saga.decorator.js';
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
