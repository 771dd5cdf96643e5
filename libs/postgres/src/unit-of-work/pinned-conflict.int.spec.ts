import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { Database } from '../database/database.js';
import { sqlOf } from './sql-of.js';
import { testingUnits } from './testing/testing-units.js';

const RAISE = `do $$ begin raise exception 'give way' using errcode = '40001'; end $$`;

describe('a pinned unit that the database gives up for the sake of another transaction', () => {
  let server: TestDatabase;
  let database: Database;
  let units: Awaited<ReturnType<typeof testingUnits>>;
  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url });
    units = await testingUnits(database);
    await database.query('create table accounts (name text primary key, amount int not null)');
  });
  beforeEach(async () => {
    await database.query('truncate accounts, enlisted');
    await database.query(`insert into accounts values ('a', 0), ('b', 0)`);
  });
  afterAll(async () => {
    await units.committer.close();
    await database.close();
    await server.drop();
  });
  const amounts = async (): Promise<unknown> =>
    (await database.query<{ amount: number }>('select amount from accounts order by name')).rows.map(({ amount }) => amount);

  it("runs again after a deadlock in the user's own SQL", async () => {
    let met = 0;
    let bothHold: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (bothHold = resolve));
    let attempts = 0;
    const transfer = (...names: string[]) =>
      units.unitOfWork.run(async (unit) => {
        attempts++;
        for (const name of names) {
          await sqlOf(unit).query('update accounts set amount = amount + 1 where name = $1', [name]);
          if (++met === 2) bothHold();
          await first;
        }
      });
    await Promise.all([transfer('a', 'b'), transfer('b', 'a')]);
    expect(await amounts()).toEqual([2, 2]);
    expect(attempts).toBe(3);
  });

  it('runs again after a serialization failure of a level that the user has set', async () => {
    const seen: number[] = [];
    await units.unitOfWork.run(async (unit) => {
      const sql = sqlOf(unit);
      await sql.query('set transaction isolation level repeatable read');
      const { rows } = await sql.query<{ amount: number }>(`select amount from accounts where name = 'a'`);
      seen.push(rows[0]?.amount ?? -1);
      if (unit.attempt === 1) await database.query(`update accounts set amount = 10 where name = 'a'`);
      await sql.query(`update accounts set amount = $1 where name = 'a'`, [(rows[0]?.amount ?? 0) + 1]);
    });
    expect([seen, await amounts()]).toEqual([
      [0, 10],
      [11, 0],
    ]);
  });

  it('runs again where COMMIT itself is refused', async () => {
    let attempts = 0;
    const other = await database.connect();
    await units.unitOfWork.run(async (unit) => {
      attempts = unit.attempt;
      const sql = sqlOf(unit);
      await sql.query('set transaction isolation level serializable');
      await sql.query('select sum(amount) from accounts');
      if (unit.attempt === 1) {
        await other.query('begin isolation level serializable');
        await other.query('select sum(amount) from accounts');
        await other.query(`update accounts set amount = 1 where name = 'a'`);
      }
      await sql.query(`update accounts set amount = 1 where name = 'b'`);
      if (unit.attempt === 1) await other.query('commit');
    });
    other.release();
    expect([attempts, await amounts()]).toEqual([2, [1, 1]]);
  });

  it.each([
    ['wrapped', (error: unknown) => Promise.reject(new Error('no', { cause: error }))],
    ['swallowed', () => Promise.resolve()],
  ])('runs again where the work has %s the error', async (_, made) => {
    let attempts = 0;
    await units.unitOfWork.run(async (unit) => {
      attempts = unit.attempt;
      if (attempts === 1) await sqlOf(unit).query(RAISE).catch(made);
      else await sqlOf(unit).query(`update accounts set amount = 1 where name = 'a'`);
    });
    expect([attempts, await amounts()]).toEqual([2, [1, 0]]);
  });

  it('fails with the conflict after its last attempt, and keeps the error of the database as its cause', async () => {
    let attempts = 0;
    const failing = units.unitOfWork.run(
      async (unit) => {
        attempts = unit.attempt;
        await sqlOf(unit).query(RAISE);
      },
      { attempts: 3 },
    );
    await expect(failing).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT', cause: { code: '40001' } });
    expect(attempts).toBe(3);
  });

  it("leaves the work's own error where the work has taken the failure back to a savepoint", async () => {
    let attempts = 0;
    const failing = units.unitOfWork.run(async (unit) => {
      attempts = unit.attempt;
      const sql = sqlOf(unit);
      await sql.query('savepoint mine');
      await sql.query(RAISE).catch(() => undefined);
      await sql.query('rollback to savepoint mine');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(attempts).toBe(1);
  });

  it('leaves what another database said', async () => {
    const failing = units.unitOfWork.run(async (unit) => {
      await sqlOf(unit).query('select 1');
      await database.query(RAISE);
    });
    await expect(failing).rejects.toMatchObject({ code: '40001' });
  });
});
