import { MemoryCommitter, MemoryLeases, MessageRegistry, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { VirtualClock } from '@minos/common/testing';
import { OUTBOX_SLOTS } from '../contracts/outgoing-message.js';
import { MemoryCronStore } from '../memory/memory-cron-store.js';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { MemoryScheduleStore } from '../memory/memory-schedule-store.js';
import { Outbox } from '../outbox/outbox.js';

/** Schedules and crons in memory on a clock that a test moves. */
export function memorySchedules(start?: Date) {
  const clock = new VirtualClock(start);
  const leases = new MemoryLeases(clock);
  const outboxStore = new MemoryOutboxStore(clock, leases);
  const crons = new MemoryCronStore(clock);
  const committer = new MemoryCommitter([leases, outboxStore, crons]);
  const store = new MemoryScheduleStore(clock, outboxStore, committer);
  const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
  const outbox = new Outbox({ source: 'order', clock });
  const registry = new MessageRegistry();
  const slots = Array.from({ length: OUTBOX_SLOTS }, (_, slot) => slot);
  /** The texts of what has left, in order. */
  const left = async (): Promise<string[]> =>
    (await outboxStore.unsent(slots, 10_000)).map(({ body }) => (JSON.parse(body) as { text: string }).text);
  return { clock, leases, outboxStore, crons, store, unitOfWork, outbox, registry, left };
}
