import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@minos/common';
import { startPostgres, type RunningPostgres } from '@minos/embedded-postgres';
import { Database, type ChangeWriter, type DatabaseConnection } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { until } from '@minos/common/testing';
import type { FeedPosition } from '../../contracts/event-store.js';
import { streamName } from '../../stream/stream-name.js';
import { Subscription } from '../../subscription/subscription.js';
import { CheckpointWriter } from '../checkpoint/checkpoint-writer.js';
import { PostgresCheckpointStore } from '../checkpoint/postgres-checkpoint-store.js';
import { haltWalWriter } from '../event-store/commit-fault-kit.js';
import { openStore, openTestingStore } from '../testing-store.js';
import { PostgresEventFeed } from './postgres-event-feed.js';
import { verifyFeed } from './verify-feed.js';

const clock = new SystemClock();
const WITHIN_MS = 60_000;
const writers = [new CheckpointWriter() as ChangeWriter<never>];
type Opened = Awaited<ReturnType<typeof openStore>>;

const INSERT = `insert into minos.events (stream, version, id, type, schema_version, data, metadata, key_hash)
  values ('test-' || gen_random_uuid(), 1, gen_random_uuid(), $1, 1, '{}', '{}', 0) returning position::text as position`;

async function append({ store }: Opened, type: string): Promise<string> {
  const result = await store.append(streamName('test', randomUUID()), [{ type, schemaVersion: 1, data: {} }], {
    expectedVersion: 'no-stream',
  });
  return String(result?.position);
}

async function backends(database: Database): Promise<ReadonlySet<number>> {
  const { rows } = await database.query<{ pid: number }>('select pid from pg_stat_activity');
  return new Set(rows.map(({ pid }) => pid));
}

/** On a connection that the server has made since. */
async function begin(database: Database, before: ReadonlySet<number>): Promise<DatabaseConnection> {
  const connection = await database.connect();
  try {
    if (before.has(connection.processId)) throw new Error('The server is about to end this connection.');
    await connection.query('begin');
    return connection;
  } catch (error) {
    connection.release(true);
    throw error;
  }
}

const burn = (database: Database, count: number) =>
  database.query(`select nextval('minos.events_position') from generate_series(1, ${count})`);

/** Carries the rows over, but not the sequence, as tools that copy tables do. */
async function copyRows(from: Database, to: Database): Promise<void> {
  for (const table of ['minos.events', 'minos.closed_streams', 'minos.checkpoints']) {
    const { rows } = await from.query<{ all: unknown }>(`select coalesce(json_agg(t), '[]') as all from ${table} t`);
    await to.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`, [JSON.stringify(rows[0]?.all)]);
  }
}

function subscribe({ unitOfWork, database }: Opened, feed: PostgresEventFeed, seen: string[]): Subscription {
  return new Subscription(
    { name: 'list', handler: { each: (type) => void seen.push(type as string) }, retry: { first: 5, longest: 20 } },
    { feed, unitOfWork, clock, checkpoints: new PostgresCheckpointStore(database), toMessages: ({ type }) => [type] },
  );
}

describe('the feed over the end of its server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'minos-feed-'));
  let server: RunningPostgres;

  beforeAll(async () => {
    server = await startPostgres({
      directory,
      fsync: false,
      useDatabaseUrl: false,
      settings: { max_prepared_transactions: '5', wal_writer_delay: '10s', autovacuum: 'off' },
    });
  });

  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function fresh(): Promise<Opened & { readonly url: string; drop(): Promise<void> }> {
    const database = await createTestDatabase({ serverUrl: server.url });
    const opened = await openStore(database.url, { writers });
    return { ...opened, url: database.url, drop: async () => (await opened.close(), await database.drop()) };
  }

  it('goes on in a fresh cluster after a logical copy: nothing skipped, nothing hidden', async () => {
    const old = await openTestingStore({ writers });
    const oldFeed = new PostgresEventFeed({ database: old.database, clock });
    const seen: string[] = [];
    const before = subscribe(old, oldFeed, seen);
    await burn(old.database, 1_000);
    for (const type of ['a', 'b']) await append(old, type);
    before.start();
    await until(() => seen.length === 2 && before.state === 'idle', 'both events', WITHIN_MS);
    await before.close();
    await append(old, 'written-after-the-checkpoint');
    await burn(old.database, 50);

    const copy = await fresh();
    await copyRows(old.database, copy.database);
    const feed = new PostgresEventFeed({ database: copy.database, clock });
    // The control: without the check the next number would lie before the checkpoint, and the feed says so instead of hiding the event.
    await expect(feed.read(feed.beginning)).rejects.toMatchObject({ code: 'FEED_SEQUENCE_BEHIND' });
    expect((await copy.database.query<{ next: bigint }>(`select nextval('minos.events_position') as next`)).rows[0]?.next).toBe(1n);
    await verifyFeed(copy.database);

    await append(copy, 'written-in-the-copy');
    const after = subscribe(copy, feed, seen);
    after.start();
    await until(() => seen.length >= 4 && after.state === 'idle', 'all events', WITHIN_MS);
    await after.close();
    expect(seen).toEqual(['a', 'b', 'written-after-the-checkpoint', 'written-in-the-copy']);
    expect((await feed.read(feed.beginning)).events.map(({ type }) => type)).toEqual(seen);
    await Promise.all([oldFeed.close(), feed.close()]);
    await Promise.all([old.close(), copy.drop()]);
  });

  it('knows that a crash took events back, and hides none of those that get their numbers', async () => {
    const opened = await fresh();
    const { database } = opened;
    // The feed's connections are gone before the crash, so no error of theirs tells it.
    const apart = new Database({ connectionString: opened.url, max: 1, idleTimeoutMs: 1 });
    const feed = new PostgresEventFeed({ database: apart, clock });
    const first = (await append(opened, 'first')) as FeedPosition;
    await database.query('checkpoint');
    const victim = await database.connect();
    await victim.query('set synchronous_commit = off');
    const before = await backends(database);
    const crash = await haltWalWriter(database);
    try {
      for (const type of ['lost', 'lost too']) await victim.query(INSERT, [type]);
      expect((await feed.read(first)).events.map(({ type }) => type)).toEqual(['lost', 'lost too']);
      await until(() => apart.statistics().total === 0, 'the connection of the feed to be gone', WITHIN_MS);
    } finally {
      crash();
    }
    const isLost = (): Promise<boolean> =>
      victim.query('select 1').then(
        () => false,
        () => true,
      );
    await until(isLost, 'the end of all connections', WITHIN_MS);
    victim.release(true);

    const slow = await until(() => begin(database, before).catch(() => undefined), 'the server to be back', WITHIN_MS);
    await slow.query(INSERT, ['slow']);
    const fast = await append(opened, 'fast');
    expect(BigInt(fast)).toBe(BigInt(first) + 2n);
    expect((await feed.read(first)).events).toEqual([]);
    await slow.query('commit');
    slow.release();
    expect((await feed.read(first)).events.map(({ type }) => type)).toEqual(['slow', 'fast']);
    await feed.close();
    await apart.close();
    await opened.drop();
  });

  it('settles nothing past a transaction that is prepared meanwhile, and names it at boot', async () => {
    const opened = await fresh();
    const feed = new PostgresEventFeed({ database: opened.database, clock });
    const slow = await opened.database.connect();
    await slow.query(`begin; ${INSERT.replace('$1', "'prepared'")}`);
    await append(opened, 'after');
    expect((await feed.horizon()).blockedBy).toEqual([slow.processId]);
    await slow.query(`prepare transaction 'left-behind'`);
    slow.release(true);
    expect((await feed.read(feed.beginning)).events).toEqual([]);
    await expect(verifyFeed(opened.database)).rejects.toMatchObject({
      code: 'FEED_PREPARED_TRANSACTION',
      message: expect.stringContaining('left-behind'),
    });
    expect((await feed.read(feed.beginning)).events).toEqual([]);
    await opened.database.query(`commit prepared 'left-behind'`);
    expect((await feed.read(feed.beginning)).events.map(({ type }) => type)).toEqual(['prepared', 'after']);
    await feed.close();
    await opened.drop();
  });

  it('loses nothing when connections are cut under its feet', async () => {
    const opened = await fresh();
    const feed = new PostgresEventFeed({ database: opened.database, clock });
    const seen: string[] = [];
    const subscription = subscribe(opened, feed, seen);
    subscription.start();
    const written: string[] = [];
    for (let n = 0; n < 30; n++) {
      const type = `n${n}`;
      written.push(type);
      await until(() => append(opened, type).catch(() => undefined), type, WITHIN_MS);
      if (n % 5 === 0) {
        await opened.database
          .query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
          .catch(() => undefined);
      }
    }
    await until(() => seen.includes('n29') && subscription.state === 'idle', 'all events', WITHIN_MS);
    expect([...new Set(seen)].filter((type) => written.includes(type))).toEqual(written);
    await subscription.close();
    await feed.close();
    await opened.drop();
  });
});
