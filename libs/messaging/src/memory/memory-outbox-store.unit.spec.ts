import { MemoryCommitter, MemoryLeases, SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { outboxStoreContract } from '../testing/outbox-store.contract.js';
import { MemoryOutboxStore } from './memory-outbox-store.js';

outboxStoreContract('MemoryOutboxStore', () => {
  const clock = new VirtualClock();
  const leases = new MemoryLeases(clock);
  const store = new MemoryOutboxStore(clock, leases);
  const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter([leases, store]), clock: new SystemClock(), newId: uuidv7 });
  return { store, leases, unitOfWork, age: (milliseconds) => clock.advance(milliseconds) };
});
