// #region pool
import { createDatabase, startPostgres } from '@minos/embedded-postgres';
import { Database, migrate, MIGRATIONS } from '@minos/postgres';

export async function main(): Promise<bigint | undefined> {
  const server = await startPostgres({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  const database = new Database({ connectionString: await createDatabase(server.url, 'example_pool'), max: 5 });
  try {
    await migrate(database, [MIGRATIONS]);
    await database.transaction(async (sql) => {
      await sql.query('create table if not exists visits (at timestamptz not null)');
      await sql.query('insert into visits values (now())');
    });
    const { rows } = await database.query<{ visits: bigint }>('select count(*) as visits from visits');
    return rows[0]?.visits;
  } finally {
    await database.close();
    await server.stop();
  }
}
// #endregion pool
