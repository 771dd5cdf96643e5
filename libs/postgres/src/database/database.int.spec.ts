import { until } from '@minos/common/testing';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { Database } from './database.js';
import type { DatabaseOptions } from './database-options.js';

describe('Database', () => {
  let server: TestDatabase;
  const open: Database[] = [];
  const databaseWith = (options: Partial<DatabaseOptions> = {}): Database => {
    const database = new Database({ connectionString: server.url, ...options });
    open.push(database);
    return database;
  };

  beforeAll(async () => {
    server = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((database) => database.close()));
  });
  afterAll(() => server.drop());

  it('reads bigint as bigint, json parsed, timestamptz as Date', async () => {
    const { rows } = await databaseWith().query(
      `select 9007199254740993::bigint as big, '{1,null,9007199254740993}'::bigint[] as bigs, '{"a":[1]}'::json as j, '{"b":2}'::jsonb as jb,
         '2026-01-02T03:04:05.678Z'::timestamptz as at, 1.50::numeric as n, 7 as i`,
    );
    expect(rows).toEqual([
      {
        big: 9007199254740993n,
        bigs: [1n, null, 9007199254740993n],
        j: { a: [1] },
        jb: { b: 2 },
        at: new Date('2026-01-02T03:04:05.678Z'),
        n: '1.50',
        i: 7,
      },
    ]);
  });

  it('takes bigint as a parameter and prepares a named statement once per connection', async () => {
    const database = databaseWith({ max: 1 });
    const statement = { name: 'twice', text: 'select $1::bigint * 2 as twice' };
    expect((await database.query(statement, [21n])).rows).toEqual([{ twice: 42n }]);
    await database.query(statement, [1n]);
    const { rows } = await database.query(`select count(*) as prepared from pg_prepared_statements where name = 'twice'`);
    expect(rows).toEqual([{ prepared: 1n }]);
  });

  it('goes on after a prepared statement went out of date', async () => {
    const database = databaseWith({ max: 1 });
    const statement = { name: 'all-of-changing', text: 'select * from changing' };
    await database.query('create table changing (a int)');
    await database.query(statement);
    await database.query('alter table changing add column b int');
    await expect(database.query(statement)).rejects.toMatchObject({ code: '0A000' });
    await expect(database.query(statement)).resolves.toMatchObject({ rowCount: 0 });
  });

  it('keeps a connection on which the driver refused a statement at once', async () => {
    const database = databaseWith({ max: 1 });
    const connection = await database.connect();
    await expect(connection.query(undefined as never)).rejects.toBeInstanceOf(TypeError);
    await connection.query('select 1');
    connection.release();
    expect(database.statistics()).toMatchObject({ total: 1, idle: 1 });
  });

  it('commits a transaction, and rolls back when the work throws', async () => {
    const database = databaseWith();
    await database.query('create table ledger (n int primary key)');
    await database.transaction((sql) => sql.query('insert into ledger values (1)'));
    const failure = database.transaction(async (sql) => {
      await sql.query('insert into ledger values (2)');
      throw new Error('changed my mind');
    });
    await expect(failure).rejects.toThrow('changed my mind');
    expect((await database.query('select n from ledger')).rows).toEqual([{ n: 1 }]);
    expect(database.statistics()).toMatchObject({ waiting: 0 });
  });

  it("lets the server's refusal leave as the driver's error", async () => {
    const database = databaseWith();
    await database.query('create table once (n int constraint once_only primary key)');
    await database.query('insert into once values (1)');
    await expect(database.query('insert into once values (1)')).rejects.toMatchObject({ code: '23505', constraint: 'once_only' });
  });

  it('says so when COMMIT rolled back because the work swallowed an error', async () => {
    const database = databaseWith();
    const swallowed = database.transaction(async (sql) => {
      await sql.query('select 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' });
  });

  it('refuses a statement after the end of its transaction', async () => {
    const database = databaseWith();
    const escaped = await database.transaction((sql) => Promise.resolve({ sql }));
    await expect(escaped.sql.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_CONNECTION_RELEASED' });
    const connection = await database.connect();
    connection.release();
    connection.release();
    await expect(connection.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_CONNECTION_RELEASED' });
  });

  it('never hands a connection on with an open transaction', async () => {
    const database = databaseWith({ max: 1 });
    const connection = await database.connect();
    await connection.query('begin');
    connection.release();
    const next = await database.connect();
    expect(next.processId).not.toBe(connection.processId);
    next.release();
  });

  it('answers POOL_EXHAUSTED after the acquire timeout, and works once a connection is free', async () => {
    const database = databaseWith({ max: 1, acquireTimeoutMs: 1_000 });
    const connection = await database.connect();
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'POOL_EXHAUSTED', retryable: true });
    connection.release();
    await expect(database.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('answers 500 callers on 5 connections without opening a sixth', async () => {
    const database = databaseWith({ max: 5, acquireTimeoutMs: 60_000 });
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => database.query<{ n: number }>('select $1::int as n', [n])));
    expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect(database.statistics().total).toBeLessThanOrEqual(5);
  });

  it('answers STATEMENT_TIMEOUT and goes on with the same connection', async () => {
    const database = databaseWith({ max: 1, statementTimeoutMs: 1_000 });
    const before = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
    await expect(database.query('select pg_sleep(30)')).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT', retryable: true });
    const after = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
    expect(after.rows).toEqual(before.rows);
  });

  it('gives a connection another statement timeout, and does not hand that connection on', async () => {
    const database = databaseWith({ max: 1, statementTimeoutMs: 500 });
    const connection = await database.connect({ statementTimeoutMs: 0 });
    await expect(connection.query('select pg_sleep(0.7)')).resolves.toBeDefined();
    connection.release();
    await expect(database.query('select pg_sleep(30)')).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
  });

  it('survives the loss of a connection that is in use, and of one that is idle', async () => {
    const database = databaseWith({ max: 2 });
    const admin = databaseWith({ max: 1 });
    const connection = await database.connect();
    await connection.query('begin');
    await admin.query('select pg_terminate_backend($1)', [connection.processId]);
    await expect(connection.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true, phase: 'statement' });
    connection.release();

    const idle = await database.connect();
    idle.release();
    await admin.query('select pg_terminate_backend($1)', [idle.processId]);
    await until(() => database.statistics().total === 0, 'the pool to drop the dead connection');
    await expect(database.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('reports a transaction whose connection is lost in the work, and releases it', async () => {
    const database = databaseWith({ max: 1 });
    const lost = database.transaction((sql) => sql.query('select pg_terminate_backend(pg_backend_pid())'));
    await expect(lost).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(database.query('select 1')).resolves.toBeDefined();
  });

  it('says what refused the login', async () => {
    const elsewhere = new URL(server.url);
    elsewhere.pathname = '/minos_test_0_absent';
    await expect(databaseWith({ connectionString: elsewhere.href }).query('select 1')).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
      retryable: false,
      message: expect.stringContaining('minos_test_0_absent'),
    });
    elsewhere.password = 'wrong';
    const refusal = databaseWith({ connectionString: elsewhere.href }).query('select 1');
    await expect(refusal).rejects.toMatchObject({ code: 'DATABASE_REFUSED' });
    await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining('wrong') });
  });

  it('says that nobody listens there', async () => {
    const nowhere = databaseWith({ connectionString: 'postgres://someone@127.0.0.1:1/somewhere' });
    await expect(nowhere.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', phase: 'connect', sent: false });
  });

  it('refuses what waits when it is closed, and cuts what does not end', async () => {
    const database = databaseWith({ max: 1, closeTimeoutMs: 50 });
    const connection = await database.connect();
    const running = connection.query('select pg_sleep(20)').finally(() => connection.release());
    const waiting = database.query('select 1');
    const outcomes = Promise.allSettled([running, waiting]);
    await Promise.all([database.close(), database.close()]);
    expect((await outcomes).map((outcome) => (outcome as PromiseRejectedResult).reason.code)).toEqual([
      'DATABASE_UNAVAILABLE',
      'DATABASE_CLOSED',
    ]);
    await expect(database.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_CLOSED' });
  });

  it('reaches its crash points in order, and a crash after a statement leaves it done', async () => {
    const points: string[] = [];
    const database = databaseWith({ crashPoints: { reach: (point) => void points.push(point) } });
    await database.transaction((sql) => sql.query('select 1'));
    const query = ['postgres.query.before', 'postgres.query.after'];
    expect(points).toEqual(['postgres.connect.before', 'postgres.connect.after', ...query, ...query, ...query]);
  });
});
