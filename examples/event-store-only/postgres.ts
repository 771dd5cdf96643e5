// #region store
import { MIGRATIONS, PostgresEventStore, StreamChangeWriter, streamName } from '@minos/event-sourcing';
import { PostgresStorage, migrate } from '@minos/postgres';

export async function keepNotes(connectionString: string): Promise<readonly string[]> {
  const storage = await PostgresStorage.open({ connectionString });
  await migrate(storage.database, [MIGRATIONS]);
  storage.writers.register(new StreamChangeWriter());
  const store = new PostgresEventStore(storage);

  const stream = streamName('note', '1');
  await store.append(stream, [{ type: 'note.written', schemaVersion: 1, data: { text: 'milk' } }], { expectedVersion: 'no-stream' });
  await storage.unitOfWork.run(async () => {
    // One transaction: both, or none.
    await store.append(stream, [{ type: 'note.closed', schemaVersion: 1, data: {} }], { expectedVersion: 1 });
    await store.append(streamName('shelf', 'a'), [{ type: 'shelf.filled', schemaVersion: 1, data: { note: '1' } }], {
      expectedVersion: 'any',
    });
  });

  const events = await store.read(stream);
  await storage.close();
  return events.map(({ version, type }) => `${version} ${type}`);
}
// #endregion
