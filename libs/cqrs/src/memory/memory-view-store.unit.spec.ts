import { MemoryCommitter, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { type StreamName, streamName } from '@minos/event-sourcing';
import { viewStoreContract } from '../testing/view-store.contract.js';
import { MemoryViewStore } from './memory-view-store.js';

viewStoreContract(async () => {
  const deleted = new Set<string>();
  const store = new MemoryViewStore(async (category, id, tenant) => tenant === '' && deleted.has(streamName(category, id)));
  const committer = new MemoryCommitter([store.writer]);
  return {
    store,
    unitOfWork: new UnitOfWorkEngine({ committer, clock: new SystemClock(), newId: uuidv7 }),
    deleteAggregate: async (stream: StreamName) => void deleted.add(stream),
    close: () => committer.close(),
  };
});
