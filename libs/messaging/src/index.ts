export {
  BrokerClosedError,
  BrokerUnavailableError,
  ChannelPartitionsChangedError,
  ChannelUnknownError,
  MessageUnpublishableError,
} from './errors/broker.errors.js';
export { MessageAlreadyHandledError, PartitionLostError } from './errors/inbox.errors.js';
export { ParkedKeyUnknownError, ParkedMessageGoneError } from './errors/parked.errors.js';
export { MemoryInboxStore } from './memory/memory-inbox-store.js';
export { MemorySuspectStore } from './memory/memory-suspect-store.js';
export { InboxWriter } from './postgres/inbox/inbox.writer.js';
export { PartitionWriter } from './postgres/inbox/partition.writer.js';
export { PostgresInboxStore } from './postgres/inbox/postgres-inbox-store.js';
export { PostgresSuspectStore } from './postgres/inbox/postgres-suspect-store.js';
