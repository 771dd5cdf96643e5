// Starts one PostgreSQL server for the specs of all workers (fsync off) and tells them its URL. The server is shared by test runs that
// overlap, and ends with the last of them: the package gives it back when this process ends.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import pg from 'pg';

const root = resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);

export default async function setup() {
  if (process.env.MINOS_TEST_DATABASE_URL) return;
  const { startPostgres } = embeddedPostgres();
  const server = await startPostgres({
    directory: join(root, '.minos', 'postgres-test'),
    fsync: false,
    useDatabaseUrl: false,
    settings: { full_page_writes: 'off', max_connections: '400' },
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  await dropLeftovers(server.url);
  process.env.MINOS_TEST_DATABASE_URL = server.url;
}

function embeddedPostgres() {
  const built = join(root, 'libs/embedded-postgres/dist/index.js');
  if (!existsSync(built)) {
    execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-b', 'libs/embedded-postgres/tsconfig.lib.json'], {
      cwd: root,
      stdio: 'inherit',
    });
  }
  return require(built);
}

/** Databases of runs that were killed; the name carries the process that made it. */
async function dropLeftovers(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(String.raw`select datname from pg_database where datname like 'minos\_test\_%'`);
    for (const { datname } of rows) {
      if (isAlive(Number(datname.split('_')[2]))) continue;
      await client.query(`drop database if exists "${datname}" with (force)`);
    }
  } finally {
    await client.end();
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
