import { Database } from '@minos/postgres';

/** The database exists, or another process made it at the same moment. */
const EXISTS = new Set(['42P04', '23505']);

/** Makes a database on a server unless it is there, and resolves with its URL. `name` holds small letters, digits and underscores. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const server = new Database({ connectionString: serverUrl, max: 1, applicationName: 'minos-create-database' });
  try {
    const { rows } = await server.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length === 0) await server.query(`create database "${name}"`);
  } catch (error) {
    if (!EXISTS.has((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await server.close();
  }
  return databaseOn(serverUrl, name);
}

/** The URL of another database on the same server. */
export function databaseOn(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
