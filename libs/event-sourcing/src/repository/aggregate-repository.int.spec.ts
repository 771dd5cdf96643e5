import { MessageRegistry } from '@minos/common';
import { MemorySnapshotStore } from '../memory/memory-snapshot-store.js';
import { openTestingStore } from '../postgres/testing-store.js';
import { EventSerializer } from '../serializer/event-serializer.js';
import { aggregateRepositoryContract } from '../testing/aggregate-repository.contract.js';
import { eventStoreContract } from '../testing/event-store.contract.js';
import { AggregateRepository } from './aggregate-repository.js';

// A thousand commands at once, beside whatever else runs: a second or two alone.
describe('AggregateRepository on PostgreSQL', () => {
  eventStoreContract(() => openTestingStore());
  aggregateRepositoryContract(
    async () => {
      const { store, unitOfWork, close } = await openTestingStore();
      const serializer = new EventSerializer({ registry: new MessageRegistry() });
      const parts = { store, unitOfWork, serializer, snapshots: new MemorySnapshotStore() };
      return { store, unitOfWork, close, repository: (type, options) => new AggregateRepository(type, { ...parts, ...options }) };
    },
    { commands: 1000 },
  );
});
