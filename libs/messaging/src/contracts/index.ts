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
export type { ConsumerPosition, InboxStore, KeptReply } from './inbox-store.js';
export type { OutboxProgress, OutboxStore, RefusedKey } from './outbox-store.js';
export type { OutboxRecord, OutgoingMessage } from './outgoing-message.js';
