import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import {
  ChangeWriterRegistry,
  Database,
  GroupCommitter,
  LeaseFenceWriter,
  migrate,
  MIGRATIONS as POSTGRES_MIGRATIONS,
  PostgresLeases,
  type ChangeWriter,
  type PlacedChange,
  type WritePlan,
} from '@minos/postgres';
import { INBOX_MARK, INBOX_REPLY, type InboxMark, type InboxReply } from '../contracts/inbox-store.js';
import { MIGRATIONS } from '../migrations/index.js';
import type { Reserved, ServiceStores } from '../request/request-kit.js';
import { InboxWriter } from './inbox/inbox.writer.js';
import { PartitionWriter } from './inbox/partition.writer.js';
import { PostgresInboxStore } from './inbox/postgres-inbox-store.js';
import { PostgresSuspectStore } from './inbox/postgres-suspect-store.js';
import { OutboxWriter } from './outbox/outbox-writer.js';
import { PostgresOutboxStore } from './outbox/postgres-outbox-store.js';
import { ParkedWriter } from './parked/parked.writer.js';
import { PostgresParkedStore } from './parked/postgres-parked-store.js';

/** What is broken on purpose: marks without their replies, or no marks at all. */
export type InboxFault = 'no-reply' | 'no-mark';

/** The database of a service that asks and handles, as one of its processes opens it. */
export interface RequestDatabase extends ServiceStores {
  readonly database: Database;
  /** What handlers have stored, in the order of their commits. */
  reserved(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openRequestDatabase(url: string, fault?: InboxFault): Promise<RequestDatabase> {
  const database = new Database({ connectionString: url, connectTimeoutMs: 30_000, acquireTimeoutMs: 30_000 });
  await migrate(database, [POSTGRES_MIGRATIONS, MIGRATIONS]);
  await database.query(RESERVED);
  const clock = new SystemClock();
  const writers = new ChangeWriterRegistry([
    new LeaseFenceWriter(),
    new OutboxWriter(),
    inboxWriter(fault),
    new PartitionWriter(),
    new ParkedWriter(),
    new ReservedWriter(),
  ]);
  const committer = new GroupCommitter({ database, writers, clock });
  return {
    database,
    clock,
    unitOfWork: new UnitOfWorkEngine({ committer, clock, newId: uuidv7 }),
    inbox: new PostgresInboxStore(database),
    suspects: new PostgresSuspectStore(database),
    parked: new PostgresParkedStore(database),
    store: new PostgresOutboxStore(database),
    leases: new PostgresLeases(database),
    reserved: async () =>
      (await database.query<{ text: string }>('select text from public.reserved order by place')).rows.map(({ text }) => text),
    close: async () => {
      await committer.close();
      await database.close();
    },
  };
}

/** Several processes make it at once, which `if not exists` alone does not bear. */
const RESERVED = `
  do $do$ begin
    perform pg_advisory_xact_lock(4711);
    create table if not exists public.reserved (place bigint generated always as identity, text text);
    create or replace function public.write_reserved(failed int[], units int[], texts text[]) returns jsonb language plpgsql as $$
    begin
      insert into public.reserved (text) select r.text from unnest(units, texts) as r(unit, text) where not r.unit = any (failed);
      return null;
    end $$;
  end $do$`;

/** Stores effects with the units of the group commit. */
class ReservedWriter implements ChangeWriter<Reserved> {
  readonly kinds = ['test.reserved'] as const;
  readonly order = 600;
  lockKeys(): readonly string[] {
    return [];
  }
  size(): number {
    return 50;
  }
  plan(changes: readonly PlacedChange<Reserved>[]): WritePlan {
    return {
      write: {
        name: 'public.write_reserved',
        values: [
          { type: 'int[]', value: changes.map(({ unit }) => unit) },
          { type: 'text[]', value: changes.map(({ change }) => change.text) },
        ],
      },
    };
  }
  async judge(): Promise<undefined> {
    return undefined;
  }
  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}

function inboxWriter(fault: InboxFault | undefined): ChangeWriter<InboxMark | InboxReply> {
  switch (fault) {
    case 'no-reply':
      return new NoReplyWriter();
    case 'no-mark':
      return new NoMarkWriter();
    default:
      return new InboxWriter();
  }
}

/** Marks messages and keeps no replies. */
class NoReplyWriter extends InboxWriter {
  override plan(changes: readonly PlacedChange<InboxMark | InboxReply>[]): WritePlan {
    return super.plan(changes.filter(({ change }) => change.kind === INBOX_MARK));
  }
}

/** Takes marks and keeps none: what a consumer without an inbox does. */
class NoMarkWriter implements ChangeWriter<InboxMark | InboxReply> {
  readonly kinds = [INBOX_MARK, INBOX_REPLY] as const;
  readonly order = 200;
  lockKeys(): readonly string[] {
    return [];
  }
  size(): number {
    return 1;
  }
  plan(): WritePlan {
    return {};
  }
  async judge(): Promise<undefined> {
    return undefined;
  }
  async find(): Promise<'unknowable'> {
    return 'unknowable';
  }
}
