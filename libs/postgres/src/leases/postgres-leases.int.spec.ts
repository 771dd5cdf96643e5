import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { leasesContract } from '@minos/common/testing';
import { Database } from '../database/database.js';
import { migrate } from '../migrations/migrate.js';
import { MIGRATIONS } from '../migrations/postgres.migrations.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { GroupCommitter } from '../unit-of-work/group-committer.js';
import { ChangeWriterRegistry } from '../unit-of-work/writer-registry.js';
import { LeaseFenceWriter } from './lease-fence.writer.js';
import { PostgresLeases } from './postgres-leases.js';

describe('PostgresLeases', () => {
  let server: TestDatabase;
  let database: Database;
  const clock = new SystemClock();
  const newUnitOfWork = (): { unitOfWork: UnitOfWorkEngine; committer: GroupCommitter } => {
    const committer = new GroupCommitter({ database, writers: new ChangeWriterRegistry([new LeaseFenceWriter()]), clock });
    return { committer, unitOfWork: new UnitOfWorkEngine({ committer, clock, newId: uuidv7 }) };
  };

  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url, max: 8 });
    await migrate(database, [MIGRATIONS]);
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  leasesContract('PostgresLeases', async () => {
    await database.query('truncate minos.leases');
    const { unitOfWork, committer } = newUnitOfWork();
    return {
      leases: new PostgresLeases(database),
      unitOfWork,
      age: async (milliseconds) => {
        await database.query(`update minos.leases set expires_at = expires_at - $1::float8 * interval '1 millisecond'`, [milliseconds]);
      },
      close: () => committer.close(),
    };
  });

  it('keeps leases of tenants apart', async () => {
    const [one, other] = [new PostgresLeases(database, { tenant: 'one' }), new PostgresLeases(database, { tenant: 'other' })];
    expect(await one.acquire('tenants', 'a', 60_000)).toMatchObject({ holder: 'a' });
    expect(await other.acquire('tenants', 'b', 60_000)).toMatchObject({ holder: 'b' });
  });

  it('lets no new holder in between the check of a fence and its commit, and the holder prolong meanwhile', async () => {
    const leases = new PostgresLeases(database);
    const lease = await leases.acquire('guarded', 'old', 1);
    if (lease === undefined) throw new Error('no lease');
    const connection = await database.connect();
    const check = `select minos.check_leases(0, '{0}', '{0}', '{""}', '{guarded}', array[$1::bigint]) as refused`;
    await connection.query('begin');
    expect((await connection.query(check, [lease.epoch])).rows).toEqual([{ refused: null }]);
    expect(await leases.renew(lease, 0)).toMatchObject({ epoch: lease.epoch });
    let taken = false;
    const takeover = leases.acquire('guarded', 'new', 60_000).then((next) => {
      taken = true;
      return next;
    });
    await connection.query('select pg_sleep(0.1)');
    expect(taken).toBe(false);
    await connection.query('commit');
    connection.release();
    expect((await takeover)?.epoch).toBeGreaterThan(lease.epoch);
    expect((await database.query(check, [lease.epoch])).rows).toMatchObject([{ refused: [[0, 0, 'lease-lost', {}]] }]);
  });
});
