export type { ConsumerCounts } from './consumer/consumer-counts.js';
export { ConsumerPipeline } from './consumer/consumer-pipeline.js';
export type { ConsumerPartitionStatus, ConsumerStatus } from './consumer/consumer-status.js';
export {
  CommandNotHandledError,
  HandlerTimeoutError,
  MessageTooNewError,
  MessageUndecodableError,
  ParkedLimitReachedError,
  ProcessKillerError,
} from './consumer/consumer.errors.js';
export type {
  ConsumerChannel,
  ConsumerParking,
  ConsumerPipelineOptions,
  ConsumerPorts,
  ConsumerRetry,
  ParkNotice,
} from './consumer/consumer.options.js';
export {
  BrokerClosedError,
  BrokerUnavailableError,
  ChannelPartitionsChangedError,
  ChannelUnknownError,
  MessageUnpublishableError,
} from './errors/broker.errors.js';
export { MessageAlreadyHandledError, PartitionLostError } from './errors/inbox.errors.js';
export { MessageAlreadyParkedError, ParkedKeyUnknownError, ParkedMessageGoneError } from './errors/parked.errors.js';
export { MemoryBroker, type MemoryBrokerOptions } from './memory/broker/memory-broker.js';
export { MemoryLog } from './memory/broker/memory-log.js';
export type { MemoryMember } from './memory/broker/memory-member.js';
export { MemoryInboxStore } from './memory/memory-inbox-store.js';
export { MemoryParkedStore } from './memory/memory-parked-store.js';
export { MemorySuspectStore } from './memory/memory-suspect-store.js';
export { BROKER_MIGRATIONS } from './postgres/broker/migrations/index.js';
export { PostgresBroker } from './postgres/broker/postgres-broker.js';
export type { PostgresBrokerOptions } from './postgres/broker/postgres-broker.options.js';
export { ParkedKeys, type ParkedEdit, type ParkedInspection, type ParkedPage, type ParkedRequester } from './parked/parked-keys.js';
export { InboxWriter } from './postgres/inbox/inbox.writer.js';
export { PartitionWriter } from './postgres/inbox/partition.writer.js';
export { PostgresInboxStore } from './postgres/inbox/postgres-inbox-store.js';
export { ParkedWriter } from './postgres/parked/parked.writer.js';
export { PostgresParkedStore } from './postgres/parked/postgres-parked-store.js';
export { PostgresSuspectStore } from './postgres/inbox/postgres-suspect-store.js';
export { MemoryOutboxStore } from './memory/memory-outbox-store.js';
export { Outbox, type OutboxOptions } from './outbox/outbox.js';
export { outboxAdd, type OutboxAddOptions } from './outbox/outbox-add.js';
export { OutboxMessageInvalidError, OutboxMessageTooLargeError } from './outbox/outbox.errors.js';
export { addToOutbox, type TransactionClient } from './postgres/outbox/add-to-outbox.js';
export { OutboxWriter } from './postgres/outbox/outbox-writer.js';
export { PostgresOutboxStore, type PostgresOutboxStoreOptions } from './postgres/outbox/postgres-outbox-store.js';
export { OutboxRelay, type RelayProgress } from './relay/outbox-relay.js';
export type { OutboxRelayOptions, RelayPorts } from './relay/outbox-relay.options.js';
export { AnswerHandler, answeredCommandOf, type Answer, type IAnswerHandler } from './handlers/answer-handler.decorator.js';
export { answerBindings, commandBinding, eventBinding } from './handlers/bindings.js';
export { Consumer, consumerMetadataOf, type ConsumerMetadata, type ConsumerOptions } from './handlers/consumer.decorator.js';
export { channelsOf, type ServiceChannels } from './send/channels.js';
export { type SendOptions } from './send/command-message.js';
export { Messages, type MessagesOptions } from './send/messages.js';
export { CommandKeyMissingError, CommandOwnerMissingError } from './send/send.errors.js';
