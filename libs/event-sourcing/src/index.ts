export type { AggregateClass } from './aggregate/aggregate-class.js';
export { aggregateDefinition, type AggregateDefinition } from './aggregate/aggregate-definition.js';
export { Aggregate, type AggregateOptions } from './aggregate/aggregate.decorator.js';
export { AggregateDetachedError, AggregateInvalidError, AggregateUnboundError } from './aggregate/aggregate.errors.js';
export { AggregateRoot, type ApplyOptions } from './aggregate/aggregate-root.js';
export { Entity, type EntityParent } from './aggregate/entity.js';
export type { EventClass } from './aggregate/event-class.js';
export { Member, type EntityClass } from './aggregate/member.decorator.js';
export { On } from './aggregate/on.decorator.js';
export { hasStream, streamOf, type AggregateStream } from './aggregate/stream-of.js';
export { SAVE_CHECKPOINT, type CheckpointStore, type SaveCheckpoint } from './contracts/checkpoint-store.js';
export type { EventFeed, FeedBacklog, FeedHorizon, FeedPage, FeedReadOptions } from './contracts/event-feed.js';
export {
  APPEND_EVENTS,
  CLOSE_STREAM,
  GUARD_STREAM,
  type AppendEvents,
  type AppendResult,
  type CloseStream,
  type EventMetadata,
  type EventStore,
  type ExpectedVersion,
  type FeedPosition,
  type GuardStream,
  type NewEvent,
  type ReadOptions,
  type RecordedEvent,
  type StreamName,
  type StreamState,
} from './contracts/event-store.js';
export type { Snapshot, SnapshotStore } from './contracts/snapshot-store.js';
export { MemoryCheckpointStore } from './memory/memory-checkpoint-store.js';
export { MemoryEventFeed } from './memory/memory-event-feed.js';
export { MemoryEventLog } from './memory/memory-event-log.js';
export { createMemoryEventSourcing, type MemoryEventSourcing, type MemoryEventSourcingOptions } from './memory/memory-event-sourcing.js';
export { MemoryEventStore } from './memory/memory-event-store.js';
export { memoryEventWriters } from './memory/memory-event-writers.js';
export { MemorySnapshotStore } from './memory/memory-snapshot-store.js';
export { CheckpointWriter } from './postgres/checkpoint/checkpoint-writer.js';
export { PostgresCheckpointStore } from './postgres/checkpoint/postgres-checkpoint-store.js';
export { PostgresEventStore, type PostgresEventStoreOptions } from './postgres/event-store/postgres-event-store.js';
export { StreamChangeWriter } from './postgres/event-store/stream-change-writer.js';
export { CommitHints, type HintSource } from './postgres/feed/commit-hints.js';
export {
  FeedClosedError,
  FeedOnStandbyError,
  FeedPositionAheadError,
  FeedPositionError,
  FeedPreparedTransactionError,
  FeedSequenceBehindError,
  FeedSequenceError,
} from './postgres/feed/feed.errors.js';
export { PostgresEventFeed } from './postgres/feed/postgres-event-feed.js';
export type { PostgresEventFeedOptions } from './postgres/feed/postgres-event-feed.options.js';
export { verifyFeed, type FeedVerification, type TransactionalExecutor } from './postgres/feed/verify-feed.js';
export { MIGRATIONS } from './postgres/migrations/index.js';
export { PostgresSnapshotStore } from './postgres/snapshot/postgres-snapshot-store.js';
export { AggregateRepository } from './repository/aggregate-repository.js';
export type { AggregateRepositoryOptions } from './repository/aggregate-repository-options.js';
export {
  AggregateAlreadyExistsError,
  AggregateDeletedError,
  AggregateNotFoundError,
  FoldFailedError,
} from './repository/repository.errors.js';
export { currentEventMetadata } from './serializer/event-metadata.js';
export { EventSerializer } from './serializer/event-serializer.js';
export type { EventSerializerOptions } from './serializer/event-serializer-options.js';
export { EventTooNewError, UnknownEventError } from './serializer/serializer.errors.js';
export { AggregateFolder, type AggregateFolderOptions, type FoldedState } from './snapshot/aggregate-folder.js';
export type { SnapshotHooks } from './snapshot/aggregate-state.js';
export { SnapshotStateError, SnapshotUnusableError } from './snapshot/snapshot.errors.js';
export { CheckpointMovedError } from './stream/checkpoint.errors.js';
export { comparePositions, positionDistance } from './stream/feed-position.js';
export { partsOfStream, streamName } from './stream/stream-name.js';
export { AppendInvalidError, EventIdReusedError, StreamClosedError, StreamNameError } from './stream/stream.errors.js';
export type { Delivery, DeliveryContext, EventDeliveryContext, SubscriptionHandler } from './subscription/delivery.js';
export { SubscriptionClosedError, SubscriptionFailedError } from './subscription/subscription.errors.js';
export type { SubscriptionOptions, SubscriptionPorts, SubscriptionRetry } from './subscription/subscription.options.js';
export { Subscription } from './subscription/subscription.js';
export type { SubscriptionProgress, SubscriptionState } from './subscription/subscription-progress.js';
export { CHECKPOINT_STORE, EVENT_FEED, EVENT_SERIALIZER, EVENT_STORE, SNAPSHOT_STORE, UPCASTERS } from './tokens.js';
export { upcast, type EventShape, type UpcastFrom, type Upcaster } from './upcasting/upcaster.js';
export { Upcasters } from './upcasting/upcasters.js';
export { UpcastersInvalidError, UpcastFailedError } from './upcasting/upcasting.errors.js';
