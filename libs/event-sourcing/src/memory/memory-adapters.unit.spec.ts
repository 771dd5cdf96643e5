import { checkpointStoreContract } from '../testing/checkpoint-store.contract.js';
import { eventFeedContract } from '../testing/event-feed.contract.js';
import { eventStoreContract } from '../testing/event-store.contract.js';
import { snapshotStoreContract } from '../testing/snapshot-store.contract.js';
import { MemoryEventFeed } from './memory-event-feed.js';
import { createMemoryEventSourcing } from './memory-event-sourcing.js';

describe('memory adapters', () => {
  eventStoreContract(async () => createMemoryEventSourcing(), { flushIsPrivate: false });
  eventFeedContract(async () => {
    const parts = createMemoryEventSourcing();
    return { ...parts, another: () => new MemoryEventFeed(parts.log) };
  });
  checkpointStoreContract(async () => createMemoryEventSourcing());
  snapshotStoreContract(async () => createMemoryEventSourcing());
});
