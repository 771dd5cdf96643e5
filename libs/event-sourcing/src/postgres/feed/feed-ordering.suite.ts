import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '@minos/common';
import { Database } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { AwakeTime, globalRunner, until, type ContractRunner } from '@minos/common/testing';
import { openTestingStore } from '../testing-store.js';
import { CREATE_OTHER_TABLE, follow, followByPosition, judge, startWriters } from './feed-fault-kit.js';
import { PostgresEventFeed } from './postgres-event-feed.js';

export interface FeedOrderingOptions {
  /** How long the writers write. */
  readonly seconds: number;
  /** How long the unfriendly transactions stay open. */
  readonly heldSeconds: number;
  /** Percentile 99 from commit to delivery at the most, while they are open. */
  readonly delayBoundMs: number;
  /** Hears of the figures. @default nobody */
  readonly report?: (figures: object) => void;
}

interface Opened {
  readonly database: Database;
  readonly elsewhere: TestDatabase;
  close(): Promise<void>;
}

const WRITERS = { writers: 24, streams: 8, rollbacks: 0.1, pauseMs: 10 };
const clock = new SystemClock();
/** Pages of the control, each of which may lose something. */
const FEWEST_PAGES = 100;
/** Events that percentile 99 is taken of: a standstill of the server delays only those that are on their way. */
const FEWEST_EVENTS = 1_000;
const WITHIN_MS = 120_000;

async function open(): Promise<Opened> {
  const opened = await openTestingStore();
  const database = new Database({ connectionString: opened.url, max: 40 });
  await database.query(CREATE_OTHER_TABLE);
  const elsewhere = await createTestDatabase();
  return { database, elsewhere, close: async () => void (await database.close(), await opened.close(), await elsewhere.drop()) };
}

/** The order of the feed under writers and transactions that mean it ill, with a control in the same run that must lose. */
export function describeFeedOrdering(options: FeedOrderingOptions, { describe, it, before, after }: ContractRunner = globalRunner()): void {
  describe('the order of the feed under unfriendly writers', () => {
    let opened: Opened;
    before(async () => void (opened = await open()));
    after(() => opened.close());

    for (const drawEarly of [false, true]) {
      const drawn = drawEarly ? 'before the insert' : 'by the insert';
      it(`loses and inverts nothing, where a reader by position loses (numbers drawn ${drawn})`, () =>
        contest(opened.database, options, drawEarly));
    }
    it('is not held up by a writing transaction in another database, nor by one here that has not appended', () => hold(opened, options));
  });
}

async function contest(database: Database, { seconds, report }: FeedOrderingOptions, drawEarly: boolean): Promise<void> {
  const time = new AwakeTime();
  const now = (): number => time.now;
  const feed = new PostgresEventFeed({ database, clock });
  const control = followByPosition(database, now);
  const reader = follow(feed, { from: (await feed.horizon()).settled, now });
  const writing = startWriters({ ...WRITERS, database, drawEarly, now });
  await pause(seconds * 1000);
  await until(() => control.pages > FEWEST_PAGES && writing.commits.size > seconds * 10, 'enough to judge by', WITHIN_MS);
  const commits = await writing.stop();
  const fed = judge(commits, await reader.finish());
  const naive = judge(commits, await control.finish());
  await feed.close();
  time.end();
  report?.({ drawEarly, seconds, fed, naive });
  assert.deepEqual({ lost: fed.lost, inverted: fed.inverted }, { lost: 0, inverted: 0 });
  assert.ok(fed.committed > seconds * 10, `only ${fed.committed} events were written`);
  assert.ok(naive.lost > 0, 'the control lost nothing: the writers were too friendly');
}

async function hold({ database, elsewhere }: Opened, { heldSeconds, delayBoundMs, report }: FeedOrderingOptions): Promise<void> {
  const foreign = new Database({ connectionString: elsewhere.url, max: 1 });
  await foreign.query('create table held (n int)');
  const [abroad, athome] = [await foreign.connect(), await database.connect()];
  await abroad.query('begin; insert into held values (1)');
  await athome.query(`begin; insert into public.other_rows (note) values ('held')`);
  const feed = new PostgresEventFeed({ database, clock });
  const time = new AwakeTime();
  const now = (): number => time.now;
  const reader = follow(feed, { from: (await feed.horizon()).settled, now });
  const writing = startWriters({ ...WRITERS, writers: 8, database, now });
  await pause(heldSeconds * 1000);
  await until(() => writing.commits.size > FEWEST_EVENTS, 'enough to judge by', WITHIN_MS);
  const verdict = judge(await writing.stop(), await reader.finish());
  const open = await Promise.all(
    [athome, abroad].map((one) => one.query<{ xid: string | null }>('select pg_current_xact_id_if_assigned()::text as xid')),
  );
  await Promise.all([athome, abroad].map((one) => one.query('rollback')));
  [athome, abroad].forEach((one) => one.release());
  await foreign.close();
  await feed.close();
  time.end();
  report?.({ heldSeconds, verdict });
  assert.ok(
    open.every(({ rows }) => rows[0]?.xid !== null),
    'an unfriendly transaction was not open to the end',
  );
  assert.deepEqual({ lost: verdict.lost, inverted: verdict.inverted }, { lost: 0, inverted: 0 });
  assert.ok(verdict.delayP99 <= delayBoundMs, `percentile 99 of the delay is ${verdict.delayP99} ms, the bound ${delayBoundMs} ms`);
}
