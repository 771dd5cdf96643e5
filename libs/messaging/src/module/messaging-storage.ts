import { type Clock, type Leases, MemoryCommitter, MemoryLeases, type UnitCommitter, type UnitOfWork } from '@minos/common';
import { type ChangeWriterRegistry, type Database, type MigrationMode, prepareSchema } from '@minos/postgres';
import type { CronStore } from '../contracts/cron-store.js';
import type { InboxStore } from '../contracts/inbox-store.js';
import type { OutboxStore } from '../contracts/outbox-store.js';
import type { ParkedStore } from '../contracts/parked-store.js';
import type { ScheduleStore } from '../contracts/schedule-store.js';
import type { SuspectStore } from '../contracts/suspect-store.js';
import { MemoryCronStore } from '../memory/memory-cron-store.js';
import { MemoryInboxStore } from '../memory/memory-inbox-store.js';
import { MemoryOutboxStore } from '../memory/memory-outbox-store.js';
import { MemoryParkedStore } from '../memory/memory-parked-store.js';
import { MemoryScheduleStore } from '../memory/memory-schedule-store.js';
import { MemorySuspectStore } from '../memory/memory-suspect-store.js';
import { MIGRATIONS } from '../migrations/index.js';
import { InboxWriter } from '../postgres/inbox/inbox.writer.js';
import { PartitionWriter } from '../postgres/inbox/partition.writer.js';
import { PostgresInboxStore } from '../postgres/inbox/postgres-inbox-store.js';
import { PostgresSuspectStore } from '../postgres/inbox/postgres-suspect-store.js';
import { OutboxWriter } from '../postgres/outbox/outbox-writer.js';
import { PostgresOutboxStore } from '../postgres/outbox/postgres-outbox-store.js';
import { ParkedWriter } from '../postgres/parked/parked.writer.js';
import { PostgresParkedStore } from '../postgres/parked/postgres-parked-store.js';
import { CronWriter } from '../postgres/schedule/cron-writer.js';
import { PostgresCronStore } from '../postgres/schedule/postgres-cron-store.js';
import { PostgresScheduleStore } from '../postgres/schedule/postgres-schedule-store.js';
import { ScheduleWriter } from '../postgres/schedule/schedule-writer.js';
import { MessagingStorageMissingError } from './messaging.errors.js';

/** What a service keeps about messages, in its own database. */
export interface MessagingStorage {
  readonly outbox: OutboxStore;
  readonly inbox: InboxStore;
  readonly suspects: SuspectStore;
  readonly parked: ParkedStore;
  readonly schedules: ScheduleStore;
  readonly crons: CronStore;
  readonly leases: Leases;
  readonly unitOfWork: UnitOfWork;
}

/** What the application has that messages can be kept in; each may be missing. */
export interface MessagingStorageParts {
  readonly committer: UnitCommitter | undefined;
  readonly unitOfWork: UnitOfWork | undefined;
  readonly database: Database | undefined;
  readonly writers: ChangeWriterRegistry | undefined;
  readonly migrations: MigrationMode | undefined;
  readonly leases: Leases | undefined;
  readonly clock: Clock;
}

const WRITERS = [OutboxWriter, InboxWriter, PartitionWriter, ParkedWriter, ScheduleWriter, CronWriter] as const;

/** Chooses by what is there: a database, or a committer in memory. Throws `MESSAGING_STORAGE_MISSING` where there is neither. */
export async function openMessagingStorage(parts: MessagingStorageParts): Promise<MessagingStorage> {
  const { committer, database, writers, unitOfWork, leases } = parts;
  if (database !== undefined && writers !== undefined && unitOfWork !== undefined && leases !== undefined) {
    await prepareSchema(database, parts.migrations ?? 'off', [MIGRATIONS]);
    for (const writer of WRITERS) writers.register(new writer());
    return {
      outbox: new PostgresOutboxStore(database),
      inbox: new PostgresInboxStore(database),
      suspects: new PostgresSuspectStore(database),
      parked: new PostgresParkedStore(database),
      schedules: new PostgresScheduleStore(database),
      crons: new PostgresCronStore(database),
      leases,
      unitOfWork,
    };
  }
  if (committer instanceof MemoryCommitter && unitOfWork !== undefined) return inMemory(committer, unitOfWork, parts.clock);
  throw new MessagingStorageMissingError();
}

function inMemory(committer: MemoryCommitter, unitOfWork: UnitOfWork, clock: Clock): MessagingStorage {
  const leases = new MemoryLeases(clock);
  const outbox = new MemoryOutboxStore(clock, leases);
  const inbox = new MemoryInboxStore(clock);
  const suspects = new MemorySuspectStore(inbox);
  const parked = new MemoryParkedStore(clock);
  const crons = new MemoryCronStore(clock);
  for (const writer of [leases, outbox, ...inbox.writers, suspects.writer, ...parked.writers, crons]) committer.register(writer);
  const schedules = new MemoryScheduleStore(clock, outbox, committer);
  return { outbox, inbox, suspects, parked, schedules, crons, leases, unitOfWork };
}
