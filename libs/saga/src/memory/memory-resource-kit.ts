import { MemoryCommitter, MemoryLeases, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { MemoryOutboxStore, MemoryScheduleStore } from '@minos/messaging';
import { MemoryResourceStore } from './memory-resource-store.js';

/** Resources in memory with a clock of their own. */
export function openMemoryResources() {
  const clock = new VirtualClock();
  const leases = new MemoryLeases(clock);
  const outbox = new MemoryOutboxStore(clock, leases);
  const committer = new MemoryCommitter([leases, outbox]);
  const schedules = new MemoryScheduleStore(clock, outbox, committer);
  const store = new MemoryResourceStore(clock, committer, schedules);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  return { store, unitOfWork, schedules, outbox, pass: (milliseconds: number) => clock.advance(milliseconds) };
}
