import { SystemClock } from '../clock/system-clock.js';
import { uuidv7 } from '../ids/uuid-v7.js';
import { idempotencyStoreContract } from '../testing/idempotency-store.contract.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { MemoryCommitter } from '../unit-of-work/memory-committer.js';
import { UnitOfWorkEngine } from '../unit-of-work/unit-of-work-engine.js';
import { MemoryIdempotencyStore } from './memory-idempotency-store.js';

idempotencyStoreContract('MemoryIdempotencyStore', () => {
  const clock = new VirtualClock();
  const store = new MemoryIdempotencyStore(clock);
  const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter([store]), clock: new SystemClock(), newId: uuidv7 });
  return { store, unitOfWork, age: (milliseconds) => clock.advance(milliseconds) };
});
