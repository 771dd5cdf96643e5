import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

const DROP_MS = 10_000;
const QUERY_CANCELED = '57014';

/** A database of its own for one test file. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /**
   * Drops it, also while connections to it are open. The server first waits for all of its processes; where one is busy with a client that does not read (another test may have
   * stopped it) the database is left after a while: its name tells whoever tidies up that its process has ended.
   */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** A superuser's URL of any database of the server. @default MINOS_TEST_DATABASE_URL */
  readonly serverUrl?: string;
}

/** Creates an empty database on the test server; its name carries this process's id, so that leftovers can be told from what is in use. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = options.serverUrl ?? process.env['MINOS_TEST_DATABASE_URL'];
  if (serverUrl === undefined || serverUrl === '') {
    throw new Error(
      'createTestDatabase() found no server: MINOS_TEST_DATABASE_URL is not set. ' +
        "Start one in the test runner's global set-up, for example with startPostgres() of @minos/embedded-postgres.",
    );
  }
  const name = `minos_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => drop(serverUrl, name) };
}

async function drop(serverUrl: string, name: string): Promise<void> {
  try {
    await onServer(serverUrl, `set statement_timeout = ${DROP_MS}`, `drop database if exists ${name} with (force)`);
  } catch (error) {
    if ((error as { code?: string }).code !== QUERY_CANCELED) throw error;
  }
}

async function onServer(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
