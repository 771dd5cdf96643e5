import { createTestDatabase } from '@minos/postgres/testing';
import type { TestDatabase } from '@minos/postgres/testing';
import { keepTasksInMemory } from './memory.js';
import { keepNotes } from './postgres.js';

describe('the event store without a container', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  it('keeps events in memory', async () => {
    await expect(keepTasksInMemory()).resolves.toEqual(['1 task.added', '2 task.done']);
  });

  it('keeps events in PostgreSQL', async () => {
    await expect(keepNotes(database.url)).resolves.toEqual(['1 note.written', '2 note.closed']);
  });
});
