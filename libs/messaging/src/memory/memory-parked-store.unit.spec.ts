import { MemoryCommitter, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { parkedStoreContract } from '../testing/parked-store.contract.js';
import { MemoryParkedStore } from './memory-parked-store.js';

parkedStoreContract(async () => {
  const clock = new VirtualClock();
  const parked = new MemoryParkedStore(clock);
  const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter(parked.writers), clock, newId: uuidv7 });
  return { parked, unitOfWork, pass: (milliseconds: number) => clock.advance(milliseconds) };
});
