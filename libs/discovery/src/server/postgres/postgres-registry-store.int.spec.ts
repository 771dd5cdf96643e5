import { Database, migrate, MIGRATIONS as POSTGRES, PostgresLeases } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { registryStoreContract } from '../../testing/registry-store.contract.js';
import { registerRequest } from '../../testing/registry-store-scene.js';
import { MIGRATIONS } from './migrations/index.js';
import { PostgresRegistryStore } from './postgres-registry-store.js';

const EMPTY = 'truncate minos.registry_instances, minos.registry_leases, minos.registry_routes';

describe('PostgresRegistryStore', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ connectionString: server.url, max: 8 });
    await migrate(database, [POSTGRES, MIGRATIONS]);
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  registryStoreContract('PostgresRegistryStore', async () => {
    await database.query(EMPTY);
    await database.query('update minos.registry_life set alive_at = null');
    const past = `- $1::float8 * interval '1 millisecond'`;
    return {
      store: new PostgresRegistryStore(database),
      other: new PostgresRegistryStore(database),
      age: async (milliseconds) => {
        await database.query(`update minos.registry_leases set lease_until = lease_until ${past}`, [milliseconds]);
        await database.query(`update minos.registry_life set alive_at = alive_at ${past}`, [milliseconds]);
        await database.query(`update minos.registry_instances set suspect_since = suspect_since ${past}, changed_at = changed_at ${past}`, [
          milliseconds,
        ]);
      },
    };
  });

  it('finds nothing to do when its migrations are replayed', async () => {
    expect(await migrate(database, [POSTGRES, MIGRATIONS])).toEqual([]);
  });

  it('stores no verdict of a keeper that was replaced', async () => {
    await database.query(EMPTY);
    const store = new PostgresRegistryStore(database);
    const leases = new PostgresLeases(database);
    const request = registerRequest();
    await store.register(request);
    const old = await leases.acquire('registry.keeper', 'one', 60_000);
    if (old === undefined) throw new Error('no lease');
    const verdict = { ...request, state: 'up' as const, onlyLapsed: false };
    expect(await store.judge([verdict], old)).toBe(1);
    await leases.release(old);
    const next = await leases.acquire('registry.keeper', 'two', 60_000);
    expect(await store.judge([{ ...verdict, state: 'out' }], old)).toBe(0);
    expect(await store.judge([{ ...verdict, state: 'out' }], next)).toBe(1);
  });

  it('tells of changes behind its commits, and not of heartbeats', async () => {
    await database.query(EMPTY);
    let told = 0;
    const store = new PostgresRegistryStore(database, { onChanged: () => told++ });
    const request = registerRequest();
    await store.register(request);
    expect(told).toBe(1);
    await store.renew([request], 1_000);
    expect(told).toBe(1);
    await store.leave(request, 1);
    expect(told).toBe(2);
  });

  it('renews what comes together in few statements', async () => {
    await database.query(EMPTY);
    const store = new PostgresRegistryStore(database);
    const requests = Array.from({ length: 50 }, (_, index) =>
      registerRequest({ instance: `i-${index}`, address: `http://10.0.1.${index}:80` }),
    );
    for (const request of requests) await store.register(request);
    const query = jest.spyOn(database, 'query');
    const answers = await Promise.all(requests.map((request) => store.renew([request], 1_000)));
    expect(answers.every(([known]) => known)).toBe(true);
    expect(query.mock.calls.length).toBeLessThan(10);
    query.mockRestore();
  });
});
