import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { DataSource, EntitySchema } from 'typeorm';
import { sqlOf } from '../unit-of-work/sql-of.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { note, testingUnits } from '../unit-of-work/testing/testing-units.js';
import { databaseOfDataSource } from './database-of-data-source.js';
import { entityManagerOf } from './entity-manager-of.js';
import { joinDataSource } from './join-data-source.js';

interface Row {
  id: string;
  amount: string;
}

const ROWS = new EntitySchema<Row>({
  name: 'row',
  tableName: 'rows',
  columns: { id: { type: 'text', primary: true }, amount: { type: 'bigint', default: 0 } },
});

async function open(server: TestDatabase, poolSize: number) {
  const dataSource = new DataSource({ type: 'postgres', url: server.url, poolSize, entities: [ROWS], installExtensions: false });
  await dataSource.initialize();
  await dataSource.query('create table if not exists rows (id text primary key, amount bigint not null default 0)');
  const database = databaseOfDataSource(dataSource, { acquireTimeoutMs: 20_000 });
  const { committer, unitOfWork } = await testingUnits(database);
  const unjoin = joinDataSource(dataSource, unitOfWork);
  const rows = dataSource.getRepository(ROWS);
  const close = async (): Promise<void> => {
    unjoin();
    await committer.close();
    await database.close();
    await dataSource.destroy();
  };
  return { dataSource, database, unitOfWork, rows, unjoin, close };
}

type Opened = Awaited<ReturnType<typeof open>>;

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe('a DataSource joined to the unit of work', () => {
  let server: TestDatabase;
  let opened: Opened;
  const ids = async (): Promise<string[]> => (await opened.rows.find({ order: { id: 'asc' } })).map(({ id }) => id);
  const enlisted = async (): Promise<string[]> => {
    const { rows } = await opened.database.query<{ text: string }>('select text from enlisted order by text');
    return rows.map(({ text }) => text);
  };

  beforeAll(async () => {
    server = await createTestDatabase();
    opened = await open(server, 5);
  });
  afterEach(async () => {
    expect(opened.database.statistics().idle).toBe(opened.database.statistics().total);
    await opened.dataSource.query('truncate rows, enlisted');
  });
  afterAll(async () => {
    await opened.close();
    await server.drop();
  });

  it('commits repositories, query builders and plain SQL with what the unit has enlisted', async () => {
    await opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('a'));
      await opened.rows.save({ id: 'saved' });
      await opened.rows.createQueryBuilder().insert().values({ id: 'built', amount: '9007199254740993' }).execute();
      await opened.dataSource.query('insert into rows values ($1)', ['plain']);
      await sqlOf(unit).query(`insert into rows values ('sql')`);
      await entityManagerOf(unit, opened.dataSource).insert(ROWS, { id: 'manager' });
      expect(await opened.rows.count()).toBe(5);
      expect(await opened.rows.findOneBy({ id: 'built' })).toEqual({ id: 'built', amount: '9007199254740993' });
      expect((await sqlOf(unit).query(`select amount from rows where id = 'built'`)).rows).toEqual([{ amount: 9007199254740993n }]);
      expect(await opened.database.query('select 1 from rows')).toMatchObject({ rowCount: 0 });
    });
    expect(await ids()).toEqual(['built', 'manager', 'plain', 'saved', 'sql']);
    expect(await enlisted()).toEqual(['a']);
  });

  it('rolls them back with it', async () => {
    const failing = opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('a'));
      await opened.rows.save({ id: 'saved' });
      await unit.flush();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([await ids(), await enlisted()]).toEqual([[], []]);
  });

  it('refuses an enlisted change and undoes the rows with it', async () => {
    await opened.unitOfWork.run((unit) => void unit.enlist(note('taken')));
    const failing = opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('taken'));
      await opened.rows.save({ id: 'saved' });
    });
    await expect(failing).rejects.toMatchObject({ code: 'ROW_REFUSED' });
    expect(await ids()).toEqual([]);
  });

  it('makes a transaction() a savepoint: its rollback keeps the rest, also nested', async () => {
    await opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('a'));
      await opened.rows.save({ id: 'before' });
      const failing = opened.dataSource.transaction(async (manager) => {
        await manager.insert(ROWS, { id: 'undone' });
        await opened.rows.insert({ id: 'undone too' });
        await manager.transaction((inner) => inner.insert(ROWS, { id: 'undone with it' }));
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      await opened.dataSource.transaction(async (manager) => {
        await manager.insert(ROWS, { id: 'kept' });
        await expect(
          opened.dataSource.transaction(async () => {
            await opened.rows.insert({ id: 'inner' });
            await opened.rows.insert({ id: 'inner' });
          }),
        ).rejects.toMatchObject({ code: '23505' });
      });
    });
    expect(await ids()).toEqual(['before', 'kept']);
    expect(await enlisted()).toEqual(['a']);
  });

  it('gives a runner of its own the same, and undoes what it leaves open', async () => {
    await opened.unitOfWork.run(async () => {
      const runner = opened.dataSource.createQueryRunner();
      await expect(runner.commitTransaction()).rejects.toMatchObject({ code: 'UNIT_ENDED' });
      await runner.startTransaction();
      await runner.manager.insert(ROWS, { id: 'kept' });
      await runner.commitTransaction();
      await runner.startTransaction();
      const other = opened.rows.insert({ id: 'other flow' });
      await runner.query(`insert into rows values ('left open')`);
      await runner.release();
      await other;
    });
    expect(await ids()).toEqual(['kept', 'other flow']);
  });

  it('keeps 20 saves and 3 transactions that run side by side apart', async () => {
    for (let round = 0; round < 10; round++) {
      await opened.unitOfWork.run(async (unit) => {
        const shared = entityManagerOf(unit, opened.dataSource);
        const inTransaction = (name: string, fails: boolean, begin: Pick<typeof shared, 'transaction'>): Promise<void> =>
          begin.transaction(async (manager) => {
            await manager.insert(ROWS, { id: `${name}-1` });
            await pause(Math.random() * 3);
            await opened.rows.insert({ id: `${name}-2` });
            if (fails) throw new Error('no');
          });
        const settled = await Promise.allSettled([
          ...Array.from({ length: 10 }, (_, index) => opened.rows.save({ id: `row-${index}` })),
          inTransaction('one', false, opened.dataSource),
          inTransaction('two', true, shared),
          inTransaction('three', false, shared),
          ...Array.from({ length: 5 }, (_, index) => shared.insert(ROWS, { id: `shared-${index}` })),
          ...Array.from({ length: 5 }, (_, index) => sqlOf(unit).query('insert into rows values ($1)', [`sql-${index}`])),
        ]);
        expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      });
      const stored = await ids();
      expect(stored).toHaveLength(24);
      expect(stored.filter((id) => /^(one|two|three)/.test(id))).toEqual(['one-1', 'one-2', 'three-1', 'three-2']);
      await opened.dataSource.query('truncate rows');
    }
  });

  it('says that the work has ended the transaction itself', async () => {
    for (const statement of ['COMMIT', 'ROLLBACK']) {
      const failing = opened.unitOfWork.run(async (unit) => {
        unit.enlist(note('a'));
        await opened.dataSource.query(statement);
      });
      await expect(failing).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' });
    }
    expect(await enlisted()).toEqual([]);
  });

  it('does what each flow says, whatever runs side by side: property', async () => {
    const transaction = fc.record({
      inserts: fc.integer({ min: 1, max: 3 }),
      nested: fc.integer({ min: 0, max: 2 }),
      fails: fc.boolean(),
      innerFails: fc.boolean(),
    });
    const plan = fc.record({ transactions: fc.array(transaction, { minLength: 2, maxLength: 5 }), plain: fc.nat(4), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(plan, async ({ transactions, plain, fails }) => {
        const expected: string[] = [];
        const inserts = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
        const insert = (ids: readonly string[]): Promise<unknown> => Promise.all(ids.map((id) => opened.rows.insert({ id })));
        const flows = transactions.map((one, index) => async () => {
          const inner = inserts(`${index}-inner`, one.nested);
          const outer = inserts(`${index}-outer`, one.inserts);
          if (!one.fails) expected.push(...outer, ...(one.innerFails ? [] : inner));
          return opened.dataSource.transaction(async (manager) => {
            const nested = manager.transaction(async () => {
              await insert(inner);
              if (one.innerFails) throw new Error('inner');
            });
            await Promise.allSettled([nested, insert(outer)]);
            if (one.fails) throw new Error('outer');
          });
        });
        const besides = inserts('plain', plain);
        expected.push(...besides);
        const done = opened.unitOfWork.run(async () => {
          await Promise.allSettled([...flows.map((flow) => flow()), insert(besides)]);
          if (fails) throw new Error('unit');
        });
        await done.catch(() => undefined);
        expect(await ids()).toEqual(fails ? [] : expected.sort());
        await opened.dataSource.query('truncate rows');
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what still runs in a callback that is over', async () => {
    const late: Promise<unknown>[] = [];
    await opened.unitOfWork.run(async () => {
      let fail = (): void => undefined;
      const over = new Promise<void>((resolve) => (fail = resolve));
      const failing = opened.dataSource.transaction((manager) => {
        const attempt = (work: () => Promise<unknown>): Promise<unknown> => {
          const mine = over.then(work).then(() => 'ran', codeOf);
          late.push(mine);
          return mine;
        };
        return Promise.all([
          Promise.reject(new Error('no')),
          attempt(() => opened.rows.insert({ id: 'late' })),
          attempt(() => opened.dataSource.query(`insert into rows values ('late')`)),
          attempt(() => manager.transaction((inner) => inner.insert(ROWS, { id: 'late' }))),
        ]);
      });
      await expect(failing).rejects.toThrow('no');
      fail();
      expect((await Promise.all(late)).slice(0, 2)).toEqual(['SAVEPOINT_ENDED', 'SAVEPOINT_ENDED']);
      expect(await late[2]).not.toBe('ran');
      await opened.rows.insert({ id: 'after' });
    });
    expect(await ids()).toEqual(['after']);
  });

  it('answers UNIT_ENDED to everything that comes after the unit', async () => {
    let go = (): void => undefined;
    const over = new Promise<void>((resolve) => (go = resolve));
    const late: Promise<unknown>[] = [];
    const attempt = (work: () => Promise<unknown>): void => void late.push(over.then(work).then(() => 'ran', codeOf));
    await opened.unitOfWork.run(async (unit) => {
      const manager = entityManagerOf(unit, opened.dataSource);
      const runner = opened.dataSource.createQueryRunner();
      await runner.query('select 1');
      attempt(() => opened.rows.insert({ id: 'repository' }));
      attempt(() => opened.dataSource.transaction((inner) => inner.insert(ROWS, { id: 'transaction' })));
      attempt(() => opened.dataSource.query(`insert into rows values ('plain')`));
      attempt(() => manager.insert(ROWS, { id: 'manager' }));
      attempt(() => runner.query(`insert into rows values ('runner')`));
      attempt(() => runner.startTransaction());
      attempt(() => sqlOf(unit).query(`insert into rows values ('sql')`));
      attempt(() => opened.unitOfWork.run(() => opened.rows.insert({ id: 'a unit of its own' })));
    });
    go();
    expect(await Promise.all(late)).toEqual([...Array.from({ length: 7 }, () => 'UNIT_ENDED'), 'ran']);
    expect(await ids()).toEqual(['a unit of its own']);
  });

  it('fails a unit whose work returned inside a savepoint', async () => {
    let go = (): void => undefined;
    const later = new Promise<void>((resolve) => (go = resolve));
    let floating: Promise<unknown> | undefined;
    const failing = opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('a'));
      await new Promise<void>((begun) => {
        floating = opened.dataSource.transaction(async (manager) => {
          await manager.insert(ROWS, { id: 'floating' });
          begun();
          await later;
          await manager.insert(ROWS, { id: 'floating too' });
        });
        floating = floating.then(() => 'ran', codeOf);
      });
    });
    await expect(failing).rejects.toMatchObject({ code: 'UNIT_ENDED' });
    go();
    expect(await floating).toBe('UNIT_ENDED');
    expect([await ids(), await enlisted()]).toEqual([[], []]);
  });

  it('fails a unit whose flushed changes were undone by a savepoint', async () => {
    const failing = opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('a'));
      await opened.dataSource
        .transaction(async () => {
          await unit.flush();
          throw new Error('no');
        })
        .catch(() => undefined);
    });
    await expect(failing).rejects.toMatchObject({ code: 'FLUSH_ROLLED_BACK' });
    await opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('b'));
      await opened.dataSource.transaction(() => unit.flush());
    });
    expect(await enlisted()).toEqual(['b']);
  });

  it('refuses an isolation level, and leaves the surrounding savepoint as it was', async () => {
    await opened.unitOfWork.run(async () => {
      await opened.dataSource.transaction(async (manager) => {
        await manager.insert(ROWS, { id: 'kept' });
        await expect(manager.transaction('SERIALIZABLE', () => Promise.resolve())).rejects.toMatchObject({ code: 'ISOLATION_IN_UNIT' });
      });
    });
    expect(await ids()).toEqual(['kept']);
  });

  it('leaves what runs outside of units as it was, and everything after unjoin', async () => {
    await opened.dataSource.transaction(async (manager) => {
      await manager.insert(ROWS, { id: 'outside' });
      expect(await opened.rows.count()).toBe(0);
    });
    opened.unjoin();
    opened.unjoin();
    await expect(
      opened.unitOfWork.run(async () => {
        await opened.rows.insert({ id: 'not of the unit' });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await ids()).toEqual(['not of the unit', 'outside']);
    opened.unjoin = joinDataSource(opened.dataSource, opened.unitOfWork);
    expect(() => joinDataSource(opened.dataSource, opened.unitOfWork)).toThrow(expect.objectContaining({ code: 'DATA_SOURCE_UNUSABLE' }));
  });

  it('takes no second connection: a pool of one serves a unit with everything in it', async () => {
    const one = await open(server, 1);
    await one.unitOfWork.run(async (unit) => {
      unit.enlist(note('one'));
      await one.rows.save({ id: 'saved' });
      await Promise.all([
        one.dataSource.transaction((manager) => manager.insert(ROWS, { id: 'inner' })),
        one.rows.find(),
        sqlOf(unit).query('select 1'),
      ]);
      await one.dataSource.transaction(() => one.dataSource.transaction(() => one.rows.count()));
      await unit.flush();
    });
    expect(one.database.statistics()).toMatchObject({ total: 1, idle: 1, max: 1 });
    await one.close();
    expect(await ids()).toEqual(['inner', 'saved']);
  });

  it('serves 500 units at once on a pool of five', async () => {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        opened.unitOfWork.run(async (unit) => {
          unit.enlist(note(String(index)));
          await opened.dataSource.transaction((manager) => manager.insert(ROWS, { id: String(index) }));
        }),
      ),
    );
    expect(await opened.rows.count()).toBe(500);
    expect(opened.database.statistics().total).toBeLessThanOrEqual(5);
  });

  it('tells a lost connection as DATABASE_UNAVAILABLE, and the pool recovers', async () => {
    const failing = opened.unitOfWork.run(async (unit) => {
      unit.enlist(note('a'));
      await opened.rows.insert({ id: 'lost' });
      const [backend] = await opened.dataSource.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await opened.database.query('select pg_terminate_backend($1)', [backend?.pid]);
      await opened.rows.insert({ id: 'lost too' });
    });
    await expect(failing).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE', retryable: true });
    expect([await ids(), await enlisted()]).toEqual([[], []]);
  });
});
