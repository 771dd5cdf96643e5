import { SystemClock } from '../clock/system-clock.js';
import { uuidv7 } from '../ids/uuid-v7.js';
import { leasesContract } from '../testing/leases.contract.js';
import { VirtualClock } from '../testing/virtual-clock.js';
import { MemoryCommitter } from '../unit-of-work/memory-committer.js';
import { UnitOfWorkEngine } from '../unit-of-work/unit-of-work-engine.js';
import { MemoryLeases } from './memory-leases.js';

leasesContract('MemoryLeases', () => {
  const clock = new VirtualClock();
  const leases = new MemoryLeases(clock);
  const unitOfWork = new UnitOfWorkEngine({ committer: new MemoryCommitter([leases]), clock: new SystemClock(), newId: uuidv7 });
  return { leases, unitOfWork, age: (milliseconds) => clock.advance(milliseconds) };
});
