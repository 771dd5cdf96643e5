import 'reflect-metadata';
import { EVENT_STORE, streamName, type EventStore } from '@minos/event-sourcing';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Note, NoteService, NotesModule } from './notes.js';

describe('the example of repositories in a unit of work', () => {
  let server: TestDatabase;
  beforeAll(async () => {
    server = await createTestDatabase();
  });
  afterAll(() => server.drop());

  it('stores rows and events together or not at all, on one pool, and shuts down in order', async () => {
    const root = TypeOrmModule.forRoot({ type: 'postgres', url: server.url, poolSize: 2, entities: [Note], synchronize: true });
    const module = await Test.createTestingModule({ imports: [root, NotesModule] }).compile();
    const app = await module.init();
    const notes = app.get(NoteService);
    await notes.write('1', 'milk');
    await expect(notes.write('1', 'eggs')).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT' });
    await Promise.all(Array.from({ length: 20 }, (_, index) => notes.write(`2-${index}`, 'bread')));
    const texts = await notes.texts();
    expect([texts[0], texts.length]).toEqual(['milk', 21]);
    await expect(app.get<EventStore>(EVENT_STORE).read(streamName('note', '1'))).resolves.toHaveLength(1);
    await app.close();
  });
});
