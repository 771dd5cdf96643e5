import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { Database } from './database.js';

describe('Database on a pool that it did not make', () => {
  let server: TestDatabase;
  let pool: Pool;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
  });
  beforeEach(() => {
    pool = new Pool({ connectionString: server.url, max: 2 });
    database = new Database({ pool, acquireTimeoutMs: 60_000, closeTimeoutMs: 60_000 });
  });
  afterEach(async () => {
    await database.close();
    if (!pool.ended) await pool.end();
  });
  afterAll(() => server.drop());

  it('reads values as the libraries do, also from named statements, and leaves the owner its own way', async () => {
    const text = `select 9007199254740993 as big, '{"a":1}'::json as doc, array[1::bigint] as list, $1::int as one`;
    const expected = { big: 9007199254740993n, doc: { a: 1 }, list: [1n], one: 1 };
    expect((await database.query(text, [1])).rows).toEqual([expected]);
    for (let time = 0; time < 2; time++) expect((await database.query({ text, name: 'named' }, [1])).rows).toEqual([expected]);
    expect((await pool.query(text, [1])).rows).toEqual([{ ...expected, big: '9007199254740993', list: ['1'] }]);
    expect(database.statistics().max).toBe(2);
  });

  it('keeps its own deadline for a free connection, and hands a late one back', async () => {
    const held = [await pool.connect(), await pool.connect()];
    const impatient = new Database({ pool, acquireTimeoutMs: 500 });
    await expect(impatient.query('select 1')).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    for (const client of held) client.release();
    await expect(database.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
    expect(database.statistics()).toMatchObject({ idle: database.statistics().total, waiting: 0 });
    await impatient.close();
  });

  it('waits on close for what is in use, cuts what stays, and leaves the pool open', async () => {
    // Each has its own time to close, so that no standstill of ours cuts the brief one too.
    const impatient = new Database({ pool, acquireTimeoutMs: 60_000, closeTimeoutMs: 50 });
    const [brief, stuck] = await Promise.all([database.connect(), impatient.connect()]);
    const short = brief.query('select pg_sleep(0.2)').finally(() => brief.release());
    const cut = stuck.query('select pg_sleep(30)').finally(() => stuck.release());
    await Promise.all([database.close(), impatient.close(), short, expect(cut).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })]);
    for (const closed of [database, impatient]) await expect(closed.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_CLOSED' });
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('says DATABASE_CLOSED where the owner has closed the pool', async () => {
    await pool.end();
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_CLOSED' });
  });

  it('names all faults of its options', () => {
    const options = { pool, acquireTimeoutMs: 0, statementTimeout: 5 };
    expect(() => new Database(options)).toThrow(/acquireTimeoutMs[^]*statementTimeout: there is no such option/);
  });
});
