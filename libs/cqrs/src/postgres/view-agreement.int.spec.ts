import { isWellFormed, type JsonValue, MemoryCommitter, SystemClock, type UnitOfWork, UnitOfWorkEngine, uuidv7 } from '@minos/common';
import { migrate, PostgresStorage } from '@minos/postgres';
import { createTestDatabase, type TestDatabase } from '@minos/postgres/testing';
import fc from 'fast-check';
import { type RowChange, type ViewCondition, type ViewOrder, type ViewStore, WRITE_VIEW, type WriteView } from '../contracts/view-store.js';
import { MemoryViewStore } from '../memory/memory-view-store.js';
import { MIGRATIONS } from './migrations/index.js';
import { PostgresViewStore } from './postgres-view-store.js';
import { ViewWriter } from './view.writer.js';

const TABLE = 'things_v1';
const FIELDS = ['a', 'b', 'missing'];

const texts = fc.oneof(
  fc.constantFrom(
    '',
    '%',
    '_',
    '\\',
    "'",
    '"',
    'a%b',
    'a_b',
    'abc',
    'ABC',
    'ä',
    '\u{1F600}',
    '\uFFFD',
    '10',
    '9',
    'null',
    '.*',
    'a\nb',
    '$1',
    "'; drop table x --",
  ),
  fc.string({ maxLength: 4, unit: 'grapheme' }).filter((text) => !text.includes('\0') && isWellFormed(text)),
);
const numbers = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(0.1, 0.30000000000000004, 1e21, -1e-7, 9007199254740991, 1.0, 10, 9),
);
const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: texts },
    { weight: 3, arbitrary: numbers },
    { weight: 1, arbitrary: fc.constantFrom<JsonValue>(null, true, false, [], {}) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.constantFrom('x', 'yy', 'é', 'z'), tie('value'), { maxKeys: 3 }).map((object) => ({ ...object })),
    },
  ),
}));
const field = fc.constantFrom(...FIELDS);
const patterns = fc.array(fc.oneof(texts, fc.constantFrom('%', '_')), { maxLength: 3 }).map((parts) => parts.join(''));
const { condition: conditions } = fc.letrec<{ condition: ViewCondition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      op: fc.constantFrom('eq' as const, 'ne' as const, 'lt' as const, 'lte' as const, 'gt' as const, 'gte' as const),
      field,
      value: values,
    }),
    fc.record({ op: fc.constant('in' as const), field, values: fc.array(values, { maxLength: 3 }) }),
    fc.record({ op: fc.constant('like' as const), field, pattern: patterns }),
    fc.record({ op: fc.constant('contains' as const), field, value: values }),
    fc.record({ op: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('condition') }),
  ),
}));
const orders = fc
  .uniqueArray(field, { maxLength: 2 })
  .chain((fields) =>
    fc.tuple(...fields.map((one) => fc.record({ field: fc.constant(one), direction: fc.constantFrom('asc' as const, 'desc' as const) }))),
  );
const documents = fc.array(fc.record({ a: values, b: values }, { requiredKeys: [] }), { maxLength: 12 });

/** The keys of all pages of two, and how many there are. */
async function answer(store: ViewStore, where: ViewCondition, orderBy: readonly ViewOrder[]): Promise<unknown> {
  const keys: string[] = [];
  for (let after: { values: JsonValue[]; key: string } | undefined; ;) {
    const page = await store.find(TABLE, '', { where, orderBy, limit: 5, ...(after === undefined ? {} : { after }) });
    keys.push(...page.map(({ key }) => key));
    const last = page.at(-1);
    if (last === undefined) return { keys, count: await store.count(TABLE, '', where) };
    after = { values: orderBy.map(({ field: name }) => last.data[name] ?? null), key: last.key };
  }
}

describe('a query of a view', () => {
  let server: TestDatabase;
  let storage: PostgresStorage;
  beforeAll(async () => {
    server = await createTestDatabase();
    storage = await PostgresStorage.open({ connectionString: server.url });
    await migrate(storage.database, [MIGRATIONS]);
    storage.writers.register(new ViewWriter());
  });
  afterAll(async () => {
    await storage.close();
    await server.drop();
  });

  const sides = async (): Promise<readonly (readonly [ViewStore, UnitOfWork])[]> => {
    const memory = new MemoryViewStore();
    const committer = new MemoryCommitter([memory.writer]);
    const postgres = new PostgresViewStore(storage.database);
    await postgres.prepare([{ name: TABLE, owner: 'things', indexes: [['a', 'b']] }]);
    return [
      [memory, new UnitOfWorkEngine({ committer, clock: new SystemClock(), newId: uuidv7 })],
      [postgres, storage.unitOfWork],
    ];
  };

  it('has one answer, in memory and on PostgreSQL: property', async () => {
    await fc.assert(
      fc.asyncProperty(documents, fc.array(fc.tuple(conditions, orders), { minLength: 1, maxLength: 6 }), async (rows, queries) => {
        const both = await sides();
        const changes: RowChange[] = rows.map((put, index) => ({ tenant: '', key: `k${index}`, put: put }));
        for (const [store, unitOfWork] of both) {
          await store.clear([TABLE]);
          const change: WriteView = { kind: WRITE_VIEW, table: TABLE, rows: changes };
          if (changes.length > 0) await unitOfWork.run((unit) => void unit.enlist<undefined>(change));
        }
        for (const [where, orderBy] of queries) {
          const [memory, postgres] = await Promise.all(both.map(([store]) => answer(store, where, orderBy)));
          expect(memory).toEqual(postgres);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('never takes the name of a field for SQL, whatever it is: property', async () => {
    const names = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        "a' or '1'='1",
        'a"; drop table minos.events --',
        '$1',
        'doc',
        'a->b',
        'constructor',
        '__proto__',
        'toString',
        '',
        ' a',
        'a '.repeat(9),
      ),
    );
    const both = await sides();
    const [memory, postgres] = both.map(([store]) => store) as [ViewStore, ViewStore];
    const outcome = (store: ViewStore, name: string): Promise<unknown> =>
      Promise.all([
        store.find(TABLE, '', { limit: 3, where: { op: 'eq', field: name, value: null } }),
        store.find(TABLE, '', { limit: 3, orderBy: [{ field: name, direction: 'desc' }] }),
        store.count(TABLE, '', { op: 'like', field: name, pattern: '%' }),
        store.count(TABLE, '', { op: 'contains', field: name, value: 1 }),
      ]).then(
        (answers) => answers,
        (error: unknown) => (error as { code?: unknown }).code,
      );
    for (const [store, unitOfWork] of both) {
      await store.clear([TABLE]);
      const change: WriteView = { kind: WRITE_VIEW, table: TABLE, rows: [{ tenant: '', key: 'k', put: { a: 1 } }] };
      await unitOfWork.run((unit) => void unit.enlist<undefined>(change));
    }
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const [one, other] = await Promise.all([outcome(memory, name), outcome(postgres, name)]);
        expect(one).toEqual(other);
        expect(one === 'VIEW_QUERY_INVALID').toBe(!/^[A-Za-z_]\w{0,62}$/.test(name));
      }),
      { numRuns: 100 },
    );
  });
});
