import { Client } from 'pg';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';

const DUPLICATE_DATABASE = '42P04';
/** What PostgreSQL answers where two create the same database at the same moment. */
const UNIQUE_VIOLATION = '23505';

/** Creates the database unless the server has it, and resolves with its URL. Several processes may call it at once. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    throw new EmbeddedPostgresError(
      'EMBEDDED_POSTGRES_DATABASE_NAME',
      `"${name}" cannot be the name of a database here: use small letters, digits and underscores, at most 63, a letter first.`,
    );
  }
  const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`create database "${name}"`);
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw error;
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
