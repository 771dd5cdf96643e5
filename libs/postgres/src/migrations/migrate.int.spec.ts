import { Database } from '../database/database.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import type { MigrationSet } from './migration.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './postgres.migrations.js';
import { migrationSql, status } from './status.js';

const FIRST = { id: '001-things', statements: ['create table minos.things (n int primary key)', 'insert into minos.things values (1)'] };
const SECOND = { id: '002-more', statements: ['alter table minos.things add column label text'] };
const setOf = (...migrations: MigrationSet['migrations'][number][]): MigrationSet => ({ package: '@minos/sample', migrations });

describe('migrate', () => {
  let server: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url });
  });
  afterEach(async () => {
    await database.close();
    await server.drop();
  });
  const tables = async (): Promise<string[]> => {
    const { rows } = await database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'minos' order by 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('brings an empty database up to date, and finds nothing to do the second time', async () => {
    const names = MIGRATIONS.migrations.map(({ id }) => ({ package: '@minos/postgres', id }));
    const told: unknown[] = [];
    expect(await migrate(database, [MIGRATIONS], { onApplied: (one) => told.push(one) })).toEqual(names);
    expect(told).toEqual(names);
    expect(await migrate(database, [MIGRATIONS])).toEqual([]);
    expect(await tables()).toEqual(['idempotency_keys', 'leases', 'migrations']);
  });

  it('applies what was added, and leaves alone what it does not know', async () => {
    await migrate(database, [setOf(FIRST, SECOND)]);
    expect(await migrate(database, [setOf(FIRST)])).toEqual([]);
    const plan = await status(database, [setOf(FIRST), MIGRATIONS]);
    expect(plan.applied).toMatchObject([{ id: '001-things' }]);
    expect(plan.unknown).toMatchObject([{ id: '002-more' }]);
    expect(plan.pending).toHaveLength(MIGRATIONS.migrations.length);
  });

  it('runs in ten callers at once', async () => {
    const pools = Array.from({ length: 10 }, () => new Database({ connectionString: server.url }));
    const applied = await Promise.all(pools.map((pool) => migrate(pool, [MIGRATIONS, setOf(FIRST, SECOND)])));
    await Promise.all(pools.map((pool) => pool.close()));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect((await database.query('select n from minos.things')).rows).toEqual([{ n: 1 }]);
  });

  it('refuses a migration that was changed after it was applied', async () => {
    await migrate(database, [setOf(FIRST)]);
    const changed = setOf({ ...FIRST, statements: ['create table minos.things (n bigint primary key)'] });
    await expect(migrate(database, [changed])).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining('001-things'),
    });
    await expect(status(database, [changed])).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
    const windows = setOf({ ...FIRST, statements: FIRST.statements.map((statement) => statement.replaceAll('\n', '\r\n')) });
    expect(await migrate(database, [windows])).toEqual([]);
  });

  it('refuses a migration that was put before an applied one, and sets that cannot be told apart', async () => {
    await migrate(database, [setOf(FIRST)]);
    await expect(migrate(database, [setOf({ id: '000-early', statements: ['select 1'] }, FIRST)])).rejects.toMatchObject({
      code: 'MIGRATION_OUT_OF_ORDER',
    });
    await expect(migrate(database, [setOf(FIRST), setOf(SECOND, SECOND)])).rejects.toMatchObject({
      code: 'MIGRATION_SET_INVALID',
      message: expect.stringMatching(/given twice[\s\S]*two migrations have this id/),
    });
  });

  it('rolls a failing migration back, keeps those before it, and goes on from there', async () => {
    const broken = { id: '002-more', statements: ['create table minos.half (n int)', 'select 1 / 0'] };
    await expect(migrate(database, [setOf(FIRST, broken)])).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(/002-more failed in statement 2 of 2 \(select 1 \/ 0\): division by zero/),
    });
    expect(await tables()).toEqual(['migrations', 'things']);
    expect(await migrate(database, [setOf(FIRST, SECOND)])).toMatchObject([{ id: '002-more' }]);
  });

  it('waits for its lock longer than a statement may take', async () => {
    const impatient = new Database({ connectionString: server.url, statementTimeoutMs: 500 });
    await expect(migrate(impatient, [setOf({ id: '001-slow', statements: ['select pg_sleep(0.8)'] })])).resolves.toHaveLength(1);
    await impatient.close();
  });

  it('prints a script that leads to the same state', async () => {
    await database.query(migrationSql([MIGRATIONS, setOf(FIRST, SECOND)]));
    const plan = await status(database, [MIGRATIONS, setOf(FIRST, SECOND)]);
    expect(plan.pending).toEqual([]);
    expect(migrationSql([MIGRATIONS], plan)).not.toContain('leases');
  });
});
