export type {
  Broker,
  BrokerMessage,
  ChannelDefinition,
  ChannelDescription,
  Follower,
  FollowOptions,
  GroupListener,
  GroupMember,
  GroupOptions,
  MemberState,
  MemberStatus,
  PartitionDescription,
  PartitionLag,
  PartitionRef,
  PublishOutcome,
  StartPosition,
  StoredMessage,
} from './broker.js';
export { FIRE_CRON } from './cron-store.js';
export type { CronReading, CronState, CronStore, FireCron } from './cron-store.js';
export type {
  ConsumerPosition,
  InboxMark,
  InboxReply,
  InboxStore,
  KeptReply,
  MovePosition,
  PartitionFence,
  PartitionHold,
  PurgeExceptions,
  LogState,
  TakenPosition,
} from './inbox-store.js';
export type { MessageAuthorizer } from './message-authorizer.js';
export type { MessageContext, MessageHandler, RepeatHandling } from './message-handler.js';
export type { MessageLog, MessageLogFields } from './message-log.js';
export type { HandlerRun, MessageMetrics } from './message-metrics.js';
export type { HandlerCall, HandlerDescription, HandlerKind, HandlerRef, MessageMiddleware } from './message-middleware.js';
export type { MessageObservation, MessageObserver, MessageOutcome } from './message-observer.js';
export { PRINCIPAL_CLAIMS, type MessageTrust } from './message-trust.js';
export type { OutboxProgress, OutboxStore, RefusalDecision, RefusedKey, RefusedKeyDecision, RefusedKeySummary } from './outbox-store.js';
export { OUTBOX_ADD, OUTBOX_SLOTS } from './outgoing-message.js';
export type { OutboxAdd, OutboxRecord, OutgoingMessage } from './outgoing-message.js';
export type {
  ParkedAction,
  ParkedActionFilter,
  ParkedActionKind,
  ParkedCause,
  ParkedCount,
  ParkedFilter,
  ParkedKeyRef,
  ParkedKeySummary,
  ParkedMessage,
  ParkedOutcome,
  ParkedPlace,
  ParkedRequest,
  ParkedStore,
  ParkedTotals,
  ParkedWork,
} from './parked-store.js';
export { CANCEL_SCHEDULE, SCHEDULE_MESSAGE } from './schedule-store.js';
export type {
  CancelSchedule,
  DueMove,
  DueTime,
  PendingSchedule,
  ScheduleFilter,
  ScheduleMessage,
  SchedulePage,
  ScheduleProgress,
  ScheduleStore,
} from './schedule-store.js';
export type { SuspectStore, TakeInHand } from './suspect-store.js';
