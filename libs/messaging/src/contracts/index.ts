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
export type {
  ConsumerPosition,
  InboxMark,
  InboxReply,
  InboxStore,
  KeptReply,
  MovePosition,
  PartitionFence,
  PartitionHold,
} from './inbox-store.js';
export type { MessageContext, MessageHandler } from './message-handler.js';
export type { OutboxProgress, OutboxStore, RefusedKey } from './outbox-store.js';
export { OUTBOX_ADD, OUTBOX_SLOTS } from './outgoing-message.js';
export type { OutboxAdd, OutboxRecord, OutgoingMessage } from './outgoing-message.js';
export type {
  ParkedAction,
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
  ParkedWork,
} from './parked-store.js';
export type { SuspectStore, TakeInHand } from './suspect-store.js';
