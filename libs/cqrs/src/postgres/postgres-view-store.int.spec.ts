import { uuidv7 } from '@minos/common';
import { MIGRATIONS as EVENT_MIGRATIONS, PostgresEventStore, StreamChangeWriter, type StreamName, streamName } from '@minos/event-sourcing';
import { migrate, PostgresStorage } from '@minos/postgres';
import { createTestDatabase } from '@minos/postgres/testing';
import { type RowChange, WRITE_VIEW, type WriteView } from '../contracts/view-store.js';
import { viewStoreContract } from '../testing/view-store.contract.js';
import { MIGRATIONS } from './migrations/index.js';
import { PostgresViewStore } from './postgres-view-store.js';
import { ViewWriter } from './view.writer.js';

async function open() {
  const server = await createTestDatabase();
  const storage = await PostgresStorage.open({ connectionString: server.url });
  await migrate(storage.database, [EVENT_MIGRATIONS, MIGRATIONS]);
  for (const writer of [new ViewWriter(), new StreamChangeWriter()]) storage.writers.register(writer);
  const { database, unitOfWork } = storage;
  const events = new PostgresEventStore({ database, unitOfWork });
  const deleteAggregate = (stream: StreamName): Promise<void> => events.close(stream, { expectedVersion: 'any' });
  const close = async (): Promise<void> => {
    await storage.close();
    await server.drop();
  };
  return { store: new PostgresViewStore(database, unitOfWork), unitOfWork, database, deleteAggregate, close };
}

viewStoreContract(open);

describe('PostgresViewStore', () => {
  it('is prepared by many processes at once, and again', async () => {
    const { store, database, close } = await open();
    const tables = [{ name: 'busy_v1', owner: 'busy', indexes: [['a', 'b'], ['b']] }];
    await Promise.all(Array.from({ length: 5 }, () => store.prepare(tables)));
    await store.prepare(tables);
    await store.prepare([{ name: 'busy_v1', owner: 'busy', indexes: [['c']] }]);
    const { rows } = await database.query(`select from pg_indexes where schemaname = 'minos_views' and tablename = 'busy_v1'`);
    expect(rows).toHaveLength(4);
    expect(await store.count('busy_v1', '')).toBe(0);
    await close();
  });

  it('leaves no row of a deleted aggregate behind', async () => {
    const { store, unitOfWork, database, deleteAggregate, close } = await open();
    const tables = [{ name: 'items_v1', owner: 'items', indexes: [], category: 'item' }];
    await store.prepare(tables);
    const rows: RowChange[] = ['a', 'b', 'c'].map((key) => ({ tenant: '', key, put: { key } }));
    await unitOfWork.run((unit) => void unit.enlist<undefined>({ kind: WRITE_VIEW, table: 'items_v1', rows } as WriteView));
    for (const id of ['a', 'b']) await deleteAggregate(streamName('item', id));
    const stored = async (): Promise<unknown[]> => (await database.query('select key from minos_views.items_v1 order by key')).rows;
    expect(await stored()).toHaveLength(3);
    await store.prune('items_v1', rows.slice(0, 1));
    expect(await stored()).toEqual([{ key: 'b' }, { key: 'c' }]);
    await store.prepare(tables);
    expect(await stored()).toEqual([{ key: 'c' }]);
    await close();
  });

  it('reads a page far behind by its index, not by what lies before', async () => {
    const { store, unitOfWork, database, close } = await open();
    await store.prepare([{ name: 'many_v1', owner: 'many', indexes: [['at']] }]);
    const rows: RowChange[] = Array.from({ length: 5_000 }, (_, n) => ({ tenant: '', key: uuidv7(), put: { at: n } }));
    await unitOfWork.run((unit) => void unit.enlist<undefined>({ kind: WRITE_VIEW, table: 'many_v1', rows } as WriteView));
    await database.query('analyze minos_views.many_v1');
    const [first] = await store.find('many_v1', '', {
      limit: 1,
      orderBy: [{ field: 'at', direction: 'desc' }],
      where: { op: 'lt', field: 'at', value: 100 },
    });
    expect(first?.data).toEqual({ at: 99 });
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `explain select key from minos_views.many_v1 where tenant = '' and (coalesce(doc -> 'at', 'null'::jsonb) >= '4000'::jsonb) order by coalesce(doc -> 'at', 'null'::jsonb), key limit 10`,
    );
    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Scan using many_v1_/);
    await close();
  });
});
