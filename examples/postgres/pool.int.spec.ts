import { Database } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { main } from './pool.js';

describe('the example of a pool', () => {
  const given = process.env['DATABASE_URL'];
  afterEach(() => {
    if (given === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = given;
  });

  it('counts its visits', async () => {
    const server = await createTestDatabase();
    process.env['DATABASE_URL'] = server.url;
    // The example names its database, and the server may be older than its migrations.
    const database = new Database({ connectionString: server.url });
    await database.query('drop database if exists example_pool with (force)');
    await database.close();
    const before = await main();
    expect(await main()).toBe((before ?? 0n) + 1n);
    await server.drop();
  });
});
