import { setTimeout as pause } from 'node:timers/promises';
import type { Change } from '@minos/common';
import type { ChangeWriter, Database, PlacedChange, WritePlan } from '@minos/postgres';
import { plainArray } from '@minos/postgres';
import { INBOX_MARK, INBOX_REPLY } from '../contracts/inbox-store.js';
import type { OutboxStore } from '../contracts/outbox-store.js';
import { PartitionWriter } from '../postgres/inbox/partition.writer.js';
import { PostgresInboxStore } from '../postgres/inbox/postgres-inbox-store.js';

/** What is switched off to see that a fault test can fail. */

/** Takes marks and keeps none. */
export class NoInboxWriter implements ChangeWriter<Change> {
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

/** Knows of no message that it was handled. */
export class ForgetfulInboxStore extends PostgresInboxStore {
  override async handled(): Promise<ReadonlySet<string>> {
    return new Set();
  }
}

/** Writes whatever its partition's epoch is. */
export class NoFenceWriter extends PartitionWriter {
  override plan(changes: Parameters<PartitionWriter['plan']>[0] & readonly PlacedChange[]): WritePlan {
    const { write } = super.plan(changes);
    return write === undefined ? {} : { write };
  }
}

const FORGET = `with gone as (delete from minos.outbox where id = any ($1::bigint[]) returning id)
  insert into public.forgotten (pid, id) select $2::int, id from gone`;

/** An outbox that forgets what it gives out, and takes its time before it does, so that a kill can come in between; the database says when that is so. */
export function forgetFirst(store: OutboxStore, database: Database): OutboxStore {
  const unsent: OutboxStore['unsent'] = async (...args) => {
    const records = await store.unsent(...args);
    if (records.length === 0) return records;
    const ids = plainArray(records.map(({ id }) => String(id)));
    await database.query(FORGET, [ids, process.pid]);
    await pause(100);
    await database.query('delete from public.forgotten where pid = $1::int and id = any ($2::bigint[])', [process.pid, ids]);
    return records;
  };
  return Object.assign(Object.create(store) as OutboxStore, { unsent, forget: async () => undefined });
}
