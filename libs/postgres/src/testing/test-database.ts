import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of its own for one test file. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Drops it, also while connections to it are open. */
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
  return { url: url.href, name, drop: () => onServer(serverUrl, `drop database if exists ${name} with (force)`) };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
