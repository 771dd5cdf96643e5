import { Client } from 'pg';
import { createTestDatabase } from './test-database.js';

describe('createTestDatabase', () => {
  it('makes an empty database, and drops it while a connection is open', async () => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    expect((await client.query('select current_database() as name')).rows).toEqual([{ name: database.name }]);
    await database.drop();
    await expect(createTestDatabase({ serverUrl: database.url })).rejects.toThrow(/does not exist/);
    await client.end().catch(() => undefined);
  });
});
