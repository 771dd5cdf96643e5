import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '@minos/common';
import { Database } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { openTestingStore } from '../testing-store.js';
import { CREATE_OTHER_TABLE, follow, followByPosition, judge, startWriters } from './feed-fault-kit.js';
import { PostgresEventFeed } from './postgres-event-feed.js';

/** The short form runs with every test; MINOS_FAULTS=full is what `npm run test:faults` uses. */
const FULL = process.env['MINOS_FAULTS'] === 'full';
const SECONDS = FULL ? 20 : 3;
const HELD_SECONDS = FULL ? 60 : 3;
/** How long a commit may take to be delivered while unfriendly transactions are open; the machine may be busy with other specs. */
const DELAY_BOUND_MS = 250;

describe('the order of the feed under unfriendly writers', () => {
  let opened: Awaited<ReturnType<typeof openTestingStore>>;
  let database: Database;
  let elsewhere: TestDatabase;
  const clock = new SystemClock();

  beforeAll(async () => {
    opened = await openTestingStore();
    database = new Database({ connectionString: opened.url, max: 40 });
    await database.query(CREATE_OTHER_TABLE);
    elsewhere = await createTestDatabase();
  });

  afterAll(async () => {
    await database.close();
    await opened.close();
    await elsewhere.drop();
  });

  const writers = { writers: 24, streams: 8, rollbacks: 0.1, pauseMs: 10 };

  it.each([false, true])(
    'loses nothing and inverts nothing, where a reader by position loses (numbers drawn before the insert: %s)',
    async (drawEarly) => {
      const feed = new PostgresEventFeed({ database, clock });
      const beginning = (await feed.horizon()).settled;
      const control = followByPosition(database);
      const reader = follow(feed, { from: beginning });
      const writing = startWriters({ ...writers, database, drawEarly });
      await pause(SECONDS * 1000);
      const commits = await writing.stop();
      const fed = judge(commits, await reader.finish());
      const naive = judge(commits, await control.finish());
      await feed.close();
      if (FULL) console.log(JSON.stringify({ drawEarly, fed, naive }));
      expect(fed).toMatchObject({ lost: 0, inverted: 0 });
      expect(fed.committed).toBeGreaterThan(SECONDS * 50);
      expect(naive.lost).toBeGreaterThan(0);
    },
    (SECONDS + 30) * 1000,
  );

  it(
    'is not held up by a writing transaction in another database, nor by one here that has not appended',
    async () => {
      const foreign = new Database({ connectionString: elsewhere.url, max: 1 });
      await foreign.query('create table held (n int)');
      const [abroad, athome] = [await foreign.connect(), await database.connect()];
      await abroad.query('begin; insert into held values (1)');
      await athome.query(`begin; insert into public.other_rows (note) values ('held')`);
      const feed = new PostgresEventFeed({ database, clock });
      const reader = follow(feed, { from: (await feed.horizon()).settled });
      const writing = startWriters({ ...writers, writers: 8, database });
      await pause(HELD_SECONDS * 1000);
      const verdict = judge(await writing.stop(), await reader.finish());
      const open = await athome.query<{ xid: string | null }>('select pg_current_xact_id_if_assigned()::text as xid');
      await athome.query('rollback');
      await abroad.query('rollback');
      [athome, abroad].forEach((connection) => connection.release());
      await foreign.close();
      await feed.close();
      if (FULL) console.log(JSON.stringify({ held: HELD_SECONDS, verdict }));
      expect(open.rows[0]?.xid).not.toBeNull();
      expect(verdict).toMatchObject({ lost: 0, inverted: 0 });
      expect(verdict.delayP99).toBeLessThan(DELAY_BOUND_MS);
    },
    (HELD_SECONDS + 30) * 1000,
  );
});
