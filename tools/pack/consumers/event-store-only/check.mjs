// The event store without a container: in memory, and on a PostgreSQL that came with the packages.
import assert from 'node:assert/strict';
import { createDatabase, startPostgres } from '@minos/embedded-postgres';
import { keepTasksInMemory } from './dist/event-store-only/memory.js';
import { keepNotes } from './dist/event-store-only/postgres.js';

assert.deepEqual(await keepTasksInMemory(), ['1 task.added', '2 task.done']);
const server = await startPostgres({ useDatabaseUrl: false, onProgress: console.log });
try {
  assert.deepEqual(await keepNotes(await createDatabase(server.url, 'notes')), ['1 note.written', '2 note.closed']);
} finally {
  await server.stop();
}
console.log('event store without a container: ok');
