import { uuidv7 } from '@minos/common';
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
  await migrate(storage.database, [MIGRATIONS]);
  storage.writers.register(new ViewWriter());
  const close = async (): Promise<void> => {
    await storage.close();
    await server.drop();
  };
  return { store: new PostgresViewStore(storage.database), unitOfWork: storage.unitOfWork, database: storage.database, close };
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
