// The event store without a container: in memory, and on a PostgreSQL that came with the packages.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createDatabase, startPostgres } from '@minos/embedded-postgres';
import { keepTasksInMemory } from './dist/event-store-only/memory.js';
import { keepNotes } from './dist/event-store-only/postgres.js';

/** The command that comes with the packages. */
function minos(command, databaseUrl) {
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'minos', command], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  return { status, text: stdout + stderr };
}

assert.deepEqual(await keepTasksInMemory(), ['1 task.added', '2 task.done']);
const server = await startPostgres({ useDatabaseUrl: false, onProgress: console.log });
try {
  assert.deepEqual(await keepNotes(await createDatabase(server.url, 'notes')), ['1 note.written', '2 note.closed']);
  const empty = await createDatabase(server.url, 'migrated');
  for (const [command, expected] of [
    ['status', 1],
    ['migrate', 0],
    ['status', 0],
    ['sql', 0],
  ]) {
    const { status, text } = minos(command, empty);
    assert.equal(status, expected, `npx minos ${command} ended with ${status}:\n${text}`);
  }
} finally {
  await server.stop();
}
console.log('event store without a container: ok');
