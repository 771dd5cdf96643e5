import { MemoryCommitter, MemoryLeases, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { cronStoreContract } from '../testing/cron-store.contract.js';
import { scheduleStoreContract } from '../testing/schedule-store.contract.js';
import { MemoryCronStore } from './memory-cron-store.js';
import { MemoryOutboxStore } from './memory-outbox-store.js';
import { MemoryScheduleStore } from './memory-schedule-store.js';

scheduleStoreContract('MemoryScheduleStore', () => {
  const clock = new VirtualClock();
  const leases = new MemoryLeases(clock);
  const outbox = new MemoryOutboxStore(clock, leases);
  const committer = new MemoryCommitter([leases, outbox]);
  const store = new MemoryScheduleStore(clock, outbox, committer);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  return { store, outbox, unitOfWork, now: async () => clock.now(), pass: (milliseconds) => clock.advance(milliseconds) };
});

cronStoreContract('MemoryCronStore', () => {
  const clock = new VirtualClock();
  const store = new MemoryCronStore(clock);
  return { store, unitOfWork: new UnitOfWorkEngine({ committer: new MemoryCommitter([store]), clock, newId: uuidv7 }) };
});
