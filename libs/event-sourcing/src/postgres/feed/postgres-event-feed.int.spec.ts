import { randomUUID } from 'node:crypto';
import { SystemClock } from '@minos/common';
import { Database } from '@minos/postgres';
import type { FeedPosition, NewEvent } from '../../contracts/event-store.js';
import { streamName } from '../../stream/stream-name.js';
import { openTestingStore } from '../testing-store.js';
import { CommitHints } from './commit-hints.js';
import { PostgresEventFeed } from './postgres-event-feed.js';
import { verifyFeed } from './verify-feed.js';

type Opened = Awaited<ReturnType<typeof openTestingStore>>;

const clock = new SystemClock();
const event = (type: string): NewEvent => ({ type, schemaVersion: 1, data: { text: type } });

async function append(opened: Opened, ...types: string[]): Promise<string> {
  const stream = streamName('test', randomUUID());
  const result = await opened.store.append(stream, types.map(event), { expectedVersion: 'no-stream' });
  return String(result?.position);
}

describe('PostgresEventFeed', () => {
  let opened: Opened;
  let feed: PostgresEventFeed;
  let hints: CommitHints;

  beforeEach(async () => {
    hints = new CommitHints();
    opened = await openTestingStore({ committer: { onCommitted: () => hints.hint() } });
    feed = new PostgresEventFeed({ database: opened.database, clock, hints: [hints] });
  });

  afterEach(async () => {
    await feed.close();
    await opened.close();
  });

  it('gives pages in order, each with where to go on', async () => {
    await append(opened, 'a.one', 'a.two', 'a.three');
    const first = await feed.read(feed.beginning, { limit: 2 });
    expect(first.events.map(({ type, version }) => [type, version])).toEqual([
      ['a.one', 1],
      ['a.two', 2],
    ]);
    expect(first.more).toBe(true);
    const second = await feed.read(first.covered, { limit: 2 });
    expect(second.events.map(({ type }) => type)).toEqual(['a.three']);
    expect(second).toMatchObject({ more: false, covered: second.events[0]?.position });
    expect(await feed.read(second.covered)).toEqual({ events: [], covered: second.covered, more: false });
  });

  it('keeps the order of numbers, not of their digits', async () => {
    for (let n = 0; n < 12; n++) await append(opened, `a.n${n}`);
    const { events } = await feed.read(feed.beginning);
    expect(events.map(({ type }) => type)).toEqual(Array.from({ length: 12 }, (_, n) => `a.n${n}`));
  });

  it('with a condition, covers what it has looked at and no more', async () => {
    const small = new PostgresEventFeed({ database: opened.database, clock, scanWindow: 3 });
    for (let n = 0; n < 10; n++) await append(opened, 'b.common');
    const rare = await append(opened, 'b.rare');
    const found: string[] = [];
    let position = small.beginning;
    let pages = 0;
    for (let more = true; more; pages++) {
      const page = await small.read(position, { types: ['b.rare'] });
      found.push(...page.events.map(({ position: at }) => at));
      expect(BigInt(page.covered)).toBeGreaterThanOrEqual(BigInt(position));
      ({ covered: position, more } = page);
    }
    expect(found).toEqual([rare]);
    expect(position).toBe(rare);
    expect(pages).toBeGreaterThan(2);
  });

  it('never covers a number that no event got, and jumps over many of them', async () => {
    const before = await append(opened, 'c.before');
    await opened.database.query(`select nextval('minos.events_position') from generate_series(1, 100000)`);
    expect(await feed.read(before as FeedPosition)).toEqual({ events: [], covered: before, more: false });
    expect(await feed.read(before as FeedPosition, { types: ['c.x'] })).toEqual({ events: [], covered: before, more: false });
    const after = await append(opened, 'c.after');
    const pages = [];
    for (let position = before as FeedPosition, more = true; more;) {
      const page = await feed.read(position, { types: ['c.after'] });
      pages.push(page);
      ({ covered: position, more } = page);
    }
    expect(pages.at(-1)?.events.map(({ position }) => position)).toEqual([after]);
    expect(pages.length).toBeLessThanOrEqual(3);
  });

  it('waits for a transaction that has drawn a number, says how long and for whom, and then gives both in order', async () => {
    const slow = await opened.database.connect();
    await slow.query('begin');
    await slow.query(`insert into minos.events (stream, version, id, type, schema_version, data, metadata, key_hash)
      values ('test-slow', 1, gen_random_uuid(), 'd.slow', 1, '{}', '{}', 0)`);
    const fast = await append(opened, 'd.fast');
    expect((await feed.read(feed.beginning)).events).toEqual([]);
    const held = await feed.horizon();
    expect(held).toMatchObject({ latest: fast, blockedBy: [slow.processId] });
    expect(BigInt(held.settled)).toBeLessThan(BigInt(fast));
    expect((await feed.horizon()).ageSeconds).toBeGreaterThan(0);
    await slow.query('commit');
    slow.release();
    const { events } = await feed.read(feed.beginning);
    expect(events.map(({ type }) => type)).toEqual(['d.slow', 'd.fast']);
    expect(await feed.horizon()).toEqual({ settled: fast, latest: fast, ageSeconds: 0, blockedBy: [] });
  });

  it('waits although the insert was rolled back to a savepoint, and then passes the burned number', async () => {
    const slow = await opened.database.connect();
    await slow.query('begin');
    await slow.query('savepoint before');
    await slow.query(`insert into minos.events (stream, version, id, type, schema_version, data, metadata, key_hash)
      values ('test-slow', 1, gen_random_uuid(), 'd.slow', 1, '{}', '{}', 0)`);
    await slow.query('rollback to savepoint before');
    const fast = await append(opened, 'd.fast');
    expect(await feed.horizon()).toMatchObject({ latest: fast, blockedBy: [slow.processId] });
    await slow.query('commit');
    slow.release();
    expect((await feed.read(feed.beginning)).covered).toBe(fast);
  });

  it('is not held up by a dump, a vacuum, or a transaction that changes stored events', async () => {
    await append(opened, 'e.one');
    const other = await opened.database.connect();
    await other.query('begin; lock table minos.events in access share mode; update minos.events set metadata = metadata');
    const next = await append(opened, 'e.two');
    await opened.database.query('vacuum minos.events');
    expect((await feed.horizon()).settled).toBe(next);
    await other.query('rollback');
    other.release();
  });

  it('wakes who waits when an event became readable: by a hint, by polling, and at once for what is there already', async () => {
    const deaf = new PostgresEventFeed({ database: opened.database, clock });
    for (const one of [feed, deaf]) {
      const { covered } = await one.read(one.beginning);
      const waiting = one.changed(20_000, undefined, covered);
      const written = await append(opened, 'f.one');
      await waiting;
      const page = await one.read(covered);
      expect(page.covered).toBe(written);
      await one.changed(20_000, undefined, covered);
    }
    await deaf.close();
  });

  it('ends a wait by timeout, signal and close', async () => {
    await feed.changed(1);
    const stop = new AbortController();
    const aborted = feed.changed(20_000, stop.signal);
    stop.abort();
    await aborted;
    const waiting = feed.changed(20_000);
    await feed.close();
    await waiting;
    await feed.changed(20_000);
    await expect(feed.read(feed.beginning)).rejects.toMatchObject({ code: 'FEED_CLOSED' });
  });

  it('refuses a reader that stands behind the end of the log, and a position that is none', async () => {
    const last = await append(opened, 'g.one');
    await expect(feed.read(String(BigInt(last) + 1n) as FeedPosition)).rejects.toMatchObject({ code: 'FEED_POSITION_AHEAD' });
    await expect(feed.read('x' as FeedPosition)).rejects.toMatchObject({ code: 'FEED_POSITION_INVALID' });
  });

  it('forgets what it knew when the end of the log went back', async () => {
    const first = await append(opened, 'h.one');
    const last = await append(opened, 'h.lost');
    expect((await feed.read(first as FeedPosition)).covered).toBe(last);
    await opened.database.query('delete from minos.events where position = $1::bigint', [last]);
    await opened.database.query(`select setval('minos.events_position', $1::bigint)`, [first]);
    expect(await feed.horizon()).toMatchObject({ settled: first, latest: first });
    const next = await append(opened, 'h.two');
    expect(next).toBe(last);
    expect((await feed.read(first as FeedPosition)).events.map(({ type }) => type)).toEqual(['h.two']);
  });

  it('reads as a plain role', async () => {
    const role = `minos_reader_${process.pid}`;
    await append(opened, 'i.one');
    await opened.database.query(`create role ${role} login password 'reader'; grant usage on schema minos to ${role};
      grant select on all tables in schema minos to ${role}; grant select on all sequences in schema minos to ${role}`);
    const url = new URL(opened.url);
    url.username = role;
    url.password = 'reader';
    const database = new Database({ connectionString: url.href, max: 1 });
    const plain = new PostgresEventFeed({ database, clock });
    try {
      const slow = await opened.database.connect();
      await slow.query(`begin; select nextval('minos.events_position')`);
      await append(opened, 'i.two');
      expect((await plain.horizon()).blockedBy).toEqual([slow.processId]);
      await slow.query('commit');
      slow.release();
      expect((await plain.read(plain.beginning)).events).toHaveLength(2);
    } finally {
      await database.close();
      await opened.database.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});

describe('verifyFeed', () => {
  let opened: Opened;
  beforeEach(async () => (opened = await openTestingStore()));
  afterEach(() => opened.close());

  it('finds nothing to do in a sound database', async () => {
    expect(await verifyFeed(opened.database)).toEqual({});
    await append(opened, 'a.one');
    expect(await verifyFeed(opened.database)).toEqual({});
  });

  it.each([
    ['alter sequence minos.events_position cache 10', 'cache of 10'],
    ['alter sequence minos.events_position increment -1 maxvalue 100 minvalue -100', 'counts by -1'],
    ['alter sequence minos.events_position cycle', 'starts again'],
    ['alter table minos.events alter position set default 7', 'positions come from 7'],
    ['alter table minos.events alter position drop default', 'no default'],
  ])('refuses after %s', async (fault, said) => {
    await opened.database.query(fault);
    await expect(verifyFeed(opened.database)).rejects.toMatchObject({
      code: 'FEED_SEQUENCE_UNSUITABLE',
      message: expect.stringContaining(said),
    });
  });

  it('moves the sequence behind what is stored, checkpoints too, once for many callers', async () => {
    await append(opened, 'a.one');
    await opened.database.query(`insert into minos.checkpoints (subscription, position, key_hash) values ('far', 500, 0)`);
    const results = await Promise.all(Array.from({ length: 4 }, () => verifyFeed(opened.database)));
    expect(results.filter(({ movedSequence }) => movedSequence !== undefined)).toHaveLength(1);
    expect(results).toContainEqual({ movedSequence: { from: 1n, to: 500n } });
    expect(await append(opened, 'a.two')).toBe('501');
  });

  it('is asked for by a feed that finds events behind its sequence', async () => {
    await append(opened, 'a.one', 'a.two');
    await opened.database.query(`select setval('minos.events_position', 1, true)`);
    const feed = new PostgresEventFeed({ database: opened.database, clock });
    await expect(feed.read(feed.beginning)).rejects.toMatchObject({ code: 'FEED_SEQUENCE_BEHIND' });
    await verifyFeed(opened.database);
    expect((await feed.read(feed.beginning)).events).toHaveLength(2);
  });
});
