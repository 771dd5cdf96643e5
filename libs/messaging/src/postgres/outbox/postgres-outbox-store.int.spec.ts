import type { SqlExecutor } from '@minos/postgres';
import { outboxStoreContract } from '../../testing/outbox-store.contract.js';
import { openTestingOutbox } from '../outbox-kit.js';
import { PostgresOutboxStore } from './postgres-outbox-store.js';

describe('PostgresOutboxStore', () => {
  let opened: Awaited<ReturnType<typeof openTestingOutbox>>;
  beforeAll(async () => {
    opened = await openTestingOutbox();
  });
  afterAll(() => opened.close());

  outboxStoreContract('PostgresOutboxStore', async () => {
    const { database, store, leases, unitOfWork } = opened;
    await database.query('truncate minos.outbox, minos.refused_keys, minos.leases');
    return {
      store,
      leases,
      unitOfWork,
      age: async (milliseconds) => {
        await database.query(`update minos.outbox set created_at = created_at - $1::float8 * interval '1 millisecond'`, [milliseconds]);
      },
    };
  });

  const fill = async (rows: number, bytes: number): Promise<void> => {
    await opened.database.query('truncate minos.outbox');
    await add(rows, bytes);
  };
  const add = async (rows: number, bytes: number): Promise<void> => {
    await opened.database.query(
      `insert into minos.outbox (message_id, channel, key, key_hash, slot, headers, body)
       select gen_random_uuid(), 'c', 'k' || n, n, n % 64, '{}', repeat('x', $2) from generate_series(1, $1::int) as n`,
      [rows, bytes],
    );
  };
  /** Rows of the outbox that this session's connection has read since it last told the server. */
  const touched = async (sql: SqlExecutor): Promise<{ index: number; sequential: number }> => {
    const { rows } = await sql.query<{ index: number; sequential: number }>(
      `select idx_tup_fetch::float8 as index, seq_tup_read::float8 as sequential from pg_stat_xact_user_tables where relname = 'outbox'`,
    );
    return rows[0] ?? { index: 0, sequential: 0 };
  };
  const SLOTS = [0, 1, 2, 3, 4, 5, 6, 7];

  it.each([
    ['without statistics', () => fill(20_000, 100)],
    [
      'with statistics of when there was nothing',
      async () => {
        await fill(20_000, 100);
        await opened.database.query('delete from minos.outbox');
        await opened.database.query('vacuum (analyze) minos.outbox');
        await add(20_000, 100);
      },
    ],
  ])('touches no more rows than it returns or forgets, however many wait, %s', async (_how, prepare) => {
    await opened.store.unsent(SLOTS, 100);
    const lease = await opened.leases.acquire('plans', 'me', 60_000);
    if (lease === undefined) throw new Error('no lease');
    await prepare();
    await opened.database.transaction(async (sql) => {
      const store = new PostgresOutboxStore(sql);
      const before = await touched(sql);
      const records = await store.unsent(SLOTS, 100);
      expect(records).toHaveLength(100);
      await store.forget(records, [lease]);
      const after = await touched(sql);
      expect(after.sequential).toBe(before.sequential);
      expect(after.index - before.index).toBeGreaterThanOrEqual(200);
      expect(after.index - before.index).toBeLessThan(400);
    });
  });

  it('ends a page early where messages are large, and gives one at the least', async () => {
    await fill(64, 1_000_000);
    const records = await opened.store.unsent(SLOTS, 100);
    expect(records).toHaveLength(5);
    await fill(8, 6_000_000);
    expect(await opened.store.unsent(SLOTS, 100)).toHaveLength(1);
  });
});
