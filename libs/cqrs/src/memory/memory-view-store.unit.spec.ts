import { MemoryCommitter, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { viewStoreContract } from '../testing/view-store.contract.js';
import { MemoryViewStore } from './memory-view-store.js';

viewStoreContract(async () => {
  const store = new MemoryViewStore();
  const committer = new MemoryCommitter([store.writer]);
  return {
    store,
    unitOfWork: new UnitOfWorkEngine({ committer, clock: new SystemClock(), newId: uuidv7 }),
    close: () => committer.close(),
  };
});
