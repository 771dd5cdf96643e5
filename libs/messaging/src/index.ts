export type { ConsumerCounts } from './consumer/consumer-counts.js';
export { ConsumerPipeline } from './consumer/consumer-pipeline.js';
export type { ConsumerPartitionStatus, ConsumerStatus } from './consumer/consumer-status.js';
export {
  CommandNotHandledError,
  HandlerTimeoutError,
  MessageTooNewError,
  MessageUndecodableError,
  MessageUnsoundError,
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
  MessageHeldBackError,
  MessageUnpublishableError,
} from './errors/broker.errors.js';
export { CronInvalidError, CronTickTakenError } from './errors/cron.errors.js';
export { MessageAlreadyHandledError, PartitionLostError } from './errors/inbox.errors.js';
export {
  MessageAlreadyParkedError,
  ParkedKeyUnknownError,
  ParkedMessageGoneError,
  ParkedOnAnotherLogError,
} from './errors/parked.errors.js';
export { ConsumersProbe } from './health/consumers.probe.js';
export { MessagingStatistics } from './health/messaging-statistics.js';
export { MessagingWatch } from './health/messaging-watch.js';
export type { MessagingHealthOptions, MessagingWatchPorts, WatchedConsumer } from './health/messaging-watch.options.js';
export { RelayProbe } from './health/relay.probe.js';
export { checkRetention, endlessChannels } from './inbox/check-retention.js';
export { InboxPurge, type InboxPurgeStatus } from './inbox/inbox-purge.js';
export type { InboxPurgeOptions, InboxPurgePorts } from './inbox/inbox-purge.options.js';
export { InboxRetentionTooShortError } from './inbox/inbox-retention.errors.js';
export { ScheduleIdInvalidError, ScheduleInvalidError } from './errors/schedule.errors.js';
export { MIGRATIONS } from './migrations/index.js';
export { MemoryBroker, type MemoryBrokerOptions } from './memory/broker/memory-broker.js';
export { MemoryLog } from './memory/broker/memory-log.js';
export type { MemoryMember } from './memory/broker/memory-member.js';
export { MemoryCronStore } from './memory/memory-cron-store.js';
export { MemoryInboxStore } from './memory/memory-inbox-store.js';
export { MemoryParkedStore } from './memory/memory-parked-store.js';
export { MemoryScheduleStore } from './memory/memory-schedule-store.js';
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
export { OutboxMessageInvalidError, OutboxMessageTooLargeError, RefusedKeyUnknownError } from './outbox/outbox.errors.js';
export { RefusedKeys } from './outbox/refused-keys.js';
export { TransactionOutbox, type TransactionClient, type TransactionOutboxOptions } from './postgres/outbox/transaction-outbox.js';
export { OutboxWriter } from './postgres/outbox/outbox-writer.js';
export { PostgresOutboxStore, type PostgresOutboxStoreOptions } from './postgres/outbox/postgres-outbox-store.js';
export { OutboxRelay, type RelayProgress } from './relay/outbox-relay.js';
export type { OutboxRelayOptions, RelayPorts } from './relay/outbox-relay.options.js';
export { AnswerHandler, answeredCommandOf, type Answer, type IAnswerHandler } from './handlers/answer-handler.decorator.js';
export { answerBindings, commandBinding, eventBinding, type HandlerWork, type PlacedHandler } from './handlers/bindings.js';
export { answerLater, handledCommandOf, type HandledCommand } from './handlers/handled-command.js';
export { Consumer, consumerMetadataOf, type ConsumerMetadata, type ConsumerOptions } from './handlers/consumer.decorator.js';
export { remainingBudget } from './request/remaining-budget.js';
export { parkedAnswer } from './request/parked-answer.js';
export {
  KeyParkedError,
  RemoteCallInUnitError,
  ReplyNotKeptError,
  ReplyPlaceMissingError,
  RequestExpiredError,
  RequestOutcomeUnknownError,
  RequestsClosedError,
  type AskedRequest,
} from './request/request.errors.js';
export { Requests, type AskOptions, type RequestsStatus } from './request/requests.js';
export type { RequestPorts, RequestsOptions } from './request/requests.options.js';
export { channelRole, channelsOf, type ChannelRole, type ServiceChannels } from './send/channels.js';
export { ANSWERS, readAnswer, REJECTION, RESULT } from './send/answer-message.js';
export { commandMessage, type AnswerPlace, type SendOptions } from './send/command-message.js';
export { Messages, type MessagesOptions } from './send/messages.js';
export { CommandKeyMissingError, CommandOwnerMissingError } from './send/send.errors.js';
export { CronWriter } from './postgres/schedule/cron-writer.js';
export { PostgresCronStore } from './postgres/schedule/postgres-cron-store.js';
export { PostgresScheduleStore } from './postgres/schedule/postgres-schedule-store.js';
export { ScheduleWriter } from './postgres/schedule/schedule-writer.js';
export type { When } from './schedule/due-time.js';
export { ScheduleRunner, type ScheduleRunnerStatus } from './schedule/schedule-runner.js';
export type { ScheduleRunnerOptions, ScheduleRunnerPorts } from './schedule/schedule-runner.options.js';
export { Schedules, type SchedulesOptions } from './schedule/schedules.js';
export type { CronDefinition } from './schedule/cron-definition.js';
export { CronRunner, type CronRunnerStatus } from './schedule/cron-runner.js';
export type { CronStatus } from './schedule/cron-status.js';
export type { CronRunnerOptions, CronRunnerPorts } from './schedule/cron-runner.options.js';
export { Cron, cronMetadataOf, type CronContext, type CronMetadata, type CronOptions } from './schedule/cron.decorator.js';
export { ConsumerTrust } from './trust/consumer-trust.js';
export { KeyedMessageSigner, type KeyedSignerOptions } from './trust/keyed-message-signer.js';
export { KeyedMessageVerifier, type KeyedVerifierOptions } from './trust/keyed-message-verifier.js';
export { ANY_SERVICE, NameOwners, type ClaimedOrigin } from './trust/name-owners.js';
export { parseSigningKeys, SIGNING_KEYS_VARIABLE } from './trust/parse-signing-keys.js';
export { sealingBroker, type SealingBrokerOptions } from './trust/sealing-broker.js';
export { isServicePrincipal, servicePrincipal } from './trust/service-principal.js';
export { DevelopmentSigningKeys, type SigningKey, type SigningKeys } from './trust/signing-keys.js';
export { PrincipalRefusedError, ProducerNotOwnerError, SigningKeyMissingError } from './trust/trust.errors.js';
export {
  resolveTrustOptions,
  type SigningKeyOptions,
  type SigningKeysOptions,
  type TrustOptions,
  type TrustSettings,
} from './trust/trust.options.js';
export { Authorize, type AuthorizeOptions } from './middleware/authorize.decorator.js';
export { FORBIDDEN } from './middleware/authorisation.js';
export { MessageChain, type ChainedHandler, type MessageChainOptions } from './middleware/chain.js';
export { HandlerMiddleware, handlerMiddlewareOf, type HandlerMiddlewareOptions } from './middleware/handler-middleware.decorator.js';
export {
  MessageInvalidError,
  NextCalledTwiceError,
  ValidationPackageMissingError,
  type MessageFault,
} from './middleware/middleware.errors.js';
export { CHAIN_ORDER, HANDLER_ORDER, type ChainStage } from './middleware/order.js';
export { MESSAGE_INVALID } from './middleware/validation.js';
export { noOf, rejectionOf } from './send/rejection-of.js';
