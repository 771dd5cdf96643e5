import { SystemClock, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { idempotencyStoreContract } from '@minos/common/testing';
import { Database } from '../database/database.js';
import { migrate } from '../migrations/migrate.js';
import { MIGRATIONS } from '../migrations/postgres.migrations.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { GroupCommitter } from '../unit-of-work/group-committer.js';
import { ChangeWriterRegistry } from '../unit-of-work/writer-registry.js';
import { IdempotencyWriter } from './idempotency.writer.js';
import { PostgresIdempotencyStore } from './postgres-idempotency-store.js';

describe('PostgresIdempotencyStore', () => {
  let server: TestDatabase;
  let database: Database;
  const clock = new SystemClock();
  const answer = { fingerprint: 'f', status: 201, headers: {}, body: { text: 'nul \u0000 inside' } };
  const age = async (milliseconds: number): Promise<void> => {
    await database.query(`update minos.idempotency_keys set expires_at = expires_at - $1::float8 * interval '1 millisecond'`, [
      milliseconds,
    ]);
  };

  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url });
    await migrate(database, [MIGRATIONS]);
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  idempotencyStoreContract('PostgresIdempotencyStore', async () => {
    await database.query('truncate minos.idempotency_keys');
    const committer = new GroupCommitter({ database, writers: new ChangeWriterRegistry([new IdempotencyWriter()]), clock });
    const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
    return { store: new PostgresIdempotencyStore(database), unitOfWork, age, close: () => committer.close() };
  });

  it('purges what has lapsed, finds its own answer after a lost commit, and takes scopes of any length', async () => {
    await database.query('truncate minos.idempotency_keys');
    const committer = new GroupCommitter({ database, writers: new ChangeWriterRegistry([new IdempotencyWriter()]), clock });
    const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
    const store = new PostgresIdempotencyStore(database);
    const writer = new IdempotencyWriter();
    const change = store.remember({ principal: 'p'.repeat(10_000), method: 'POST', route: '/orders', key: 'k' }, answer);
    expect(await writer.find(change, '', database)).toBeUndefined();
    await unitOfWork.run((unit) => void unit.enlist(change));
    expect(await writer.find(change, '', database)).toEqual({ result: undefined });
    expect(await writer.find({ ...change, answer: { ...answer, status: 200 } }, '', database)).toBeUndefined();
    expect(await store.purge()).toBe(0);
    await age(25 * 3_600_000);
    expect(await store.purge()).toBe(1);
    await committer.close();
  });

  it('refuses the second answer to one key within one unit', async () => {
    const committer = new GroupCommitter({ database, writers: new ChangeWriterRegistry([new IdempotencyWriter()]), clock });
    const unitOfWork = new UnitOfWorkEngine({ committer, clock, newId: uuidv7 });
    const change = new PostgresIdempotencyStore(database).remember({ principal: 'q', method: 'POST', route: '/', key: 'twice' }, answer);
    const twice = unitOfWork.run((unit) => {
      unit.enlist(change);
      unit.enlist(change);
    });
    await expect(twice).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_TAKEN' });
    await committer.close();
  });
});
