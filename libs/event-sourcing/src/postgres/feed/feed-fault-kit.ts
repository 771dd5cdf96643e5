import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database, DatabaseConnection } from '@minos/postgres';
import type { EventFeed, FeedReadOptions } from '../../contracts/event-feed.js';
import type { FeedPosition } from '../../contracts/event-store.js';

/** Tools of the fault tests: writers that make every ordering mistake likely, readers, and a judge that shares no code with the feed. */

export interface WriterOptions {
  /** One connection each is taken from it. */
  readonly database: Database;
  readonly writers: number;
  readonly streams: number;
  /** Share of transactions that roll back. */
  readonly rollbacks: number;
  /** Longest pause before the append and before the commit, in milliseconds. */
  readonly pauseMs: number;
  /** Draws the number in a statement of its own, before the insert. */
  readonly drawEarly?: boolean;
  /** Of the writers and the readers, in milliseconds. */
  readonly now: () => number;
}

/** An event as readers saw it. */
export interface Sighting {
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  /** Milliseconds, same clock as the commits'. */
  readonly at: number;
}

/** Committed event ids with the time at which the writer heard of the commit. */
export type Commits = ReadonlyMap<string, number>;

export interface Verdict {
  readonly committed: number;
  readonly lost: number;
  /** Seen after a later version of their stream, or twice. */
  readonly inverted: number;
  /** From the writer's acknowledgement to the sighting; of an event that was seen first, 0. */
  readonly delayP50: number;
  readonly delayP99: number;
  readonly longest: number;
}

export const CREATE_OTHER_TABLE =
  'create table if not exists public.other_rows (id bigint generated always as identity primary key, note text)';

const LOCK_STREAM = `select pg_advisory_xact_lock(hashtextextended($1, 0))`;
const DRAW = `select nextval('minos.events_position')::text as position`;
const COLUMNS = `tenant, stream, version, id, type, schema_version, data, metadata, key_hash`;
const NEXT = `select '', $1::text, coalesce(max(version), 0) + 1, $2::uuid, 'test.happened', 1, '{"text":"some text"}', '{}', 0`;
const FROM = `from minos.events where tenant = '' and stream = $1::text`;
const INSERT = `insert into minos.events (${COLUMNS}) ${NEXT} ${FROM}`;
const INSERT_DRAWN = `insert into minos.events (${COLUMNS}, position) ${NEXT}, $3::bigint ${FROM}`;

/** Starts transactions that write another row first, pause, append to a hot stream, pause again, and commit or roll back. */
export function startWriters(options: WriterOptions): { readonly commits: Commits; stop(): Promise<Commits> } {
  const commits = new Map<string, number>();
  const state = { over: false };
  const running = Array.from({ length: options.writers }, () => writeUntil(state, options, commits));
  return {
    commits,
    stop: async () => {
      state.over = true;
      await Promise.all(running);
      return commits;
    },
  };
}

async function writeUntil(state: { over: boolean }, options: WriterOptions, commits: Map<string, number>): Promise<void> {
  const connection = await options.database.connect();
  try {
    while (!state.over) await writeOnce(connection, options, commits);
  } finally {
    connection.release();
  }
}

async function writeOnce(connection: DatabaseConnection, options: WriterOptions, commits: Map<string, number>): Promise<void> {
  const id = randomUUID();
  const stream = `hot-${randomInt(options.streams)}`;
  await connection.query('begin');
  await connection.query('insert into public.other_rows (note) values ($1)', [id]);
  await maybePause(options.pauseMs);
  await connection.query(LOCK_STREAM, [stream]);
  if (options.drawEarly === true) {
    const { rows } = await connection.query<{ position: string }>(DRAW);
    await maybePause(options.pauseMs / 2);
    await connection.query(INSERT_DRAWN, [stream, id, rows[0]?.position]);
  } else {
    await connection.query(INSERT, [stream, id]);
  }
  if (Math.random() < 0.5) await maybePause(options.pauseMs / 2);
  if (Math.random() < options.rollbacks) {
    await connection.query('rollback');
    return;
  }
  await connection.query('commit');
  commits.set(id, options.now());
}

async function maybePause(most: number): Promise<void> {
  if (most > 0) await pause(Math.random() * most);
}

/** Reads the feed as a subscription does, until it was told to stop and everything settled is read. */
export function follow(
  feed: EventFeed,
  options: FeedReadOptions & { readonly from?: FeedPosition; readonly now: () => number },
): { finish(): Promise<Sighting[]>; readonly seen: Sighting[] } {
  const seen: Sighting[] = [];
  const { from, now, ...read } = options;
  const stop = new AbortController();
  const run = async (): Promise<void> => {
    for (let position = from ?? feed.beginning; ;) {
      // Asked before reading: what settles between the read and the question would be left out.
      const over = stop.signal.aborted && (await isSettled(feed));
      const page = await feed.read(position, read);
      const at = now();
      for (const { id, stream, version } of page.events) seen.push({ id, stream, version, at });
      position = page.covered;
      if (page.more || page.events.length > 0) continue;
      if (over) return;
      await feed.changed(stop.signal.aborted ? 10 : 1_000, stop.signal.aborted ? undefined : stop.signal, position);
    }
  };
  const running = run();
  return {
    seen,
    finish: async () => {
      stop.abort();
      await running;
      return seen;
    },
  };
}

async function isSettled(feed: EventFeed): Promise<boolean> {
  const { settled, latest } = await feed.horizon();
  return settled === latest;
}

/** The control that must lose events: takes the highest position it has seen for the end of the log. */
export function followByPosition(database: Database, now: () => number): { finish(): Promise<Sighting[]>; readonly pages: number } {
  const seen: Sighting[] = [];
  let pages = 0;
  const state = { over: false };
  const run = async (): Promise<void> => {
    for (let last = 0n, over = false; ;) {
      over = state.over;
      const { rows } = await database.query<{ position: bigint; id: string; stream: string; version: bigint }>(
        'select position, id, stream, version from minos.events where position > $1::bigint order by position',
        [String(last)],
      );
      const at = now();
      if (rows.length > 0) pages += 1;
      for (const { id, stream, version } of rows) seen.push({ id, stream, version: Number(version), at });
      last = rows.at(-1)?.position ?? last;
      if (over && rows.length === 0) return;
      await pause(1);
    }
  };
  const running = run();
  return {
    get pages() {
      return pages;
    },
    finish: async () => {
      state.over = true;
      await running;
      return seen;
    },
  };
}

export function judge(commits: Commits, seen: readonly Sighting[]): Verdict {
  const ids = new Set(seen.map(({ id }) => id));
  const reached = new Map<string, number>();
  let inverted = 0;
  for (const { stream, version } of seen) {
    if (version <= (reached.get(stream) ?? 0)) inverted += 1;
    else reached.set(stream, version);
  }
  const delays = seen.flatMap(({ id, at }) => (commits.has(id) ? [Math.max(0, at - (commits.get(id) ?? 0))] : [])).sort((a, b) => a - b);
  const quantile = (q: number): number => delays[Math.min(delays.length - 1, Math.floor(delays.length * q))] ?? Infinity;
  return {
    committed: commits.size,
    lost: [...commits.keys()].filter((id) => !ids.has(id)).length,
    inverted,
    delayP50: quantile(0.5),
    delayP99: quantile(0.99),
    longest: quantile(1),
  };
}
