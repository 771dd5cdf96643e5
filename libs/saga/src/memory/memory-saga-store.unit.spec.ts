import { MemoryCommitter, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { sagaStoreContract } from '../testing/saga-store.contract.js';
import { MemorySagaStore } from './memory-saga-store.js';

sagaStoreContract('MemorySagaStore', () => {
  const clock = new VirtualClock();
  const committer = new MemoryCommitter();
  const store = new MemorySagaStore(clock, committer);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  return { store, unitOfWork, now: async () => clock.now(), pass: (milliseconds) => clock.advance(milliseconds) };
});
