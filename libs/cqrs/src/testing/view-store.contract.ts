import assert from 'node:assert/strict';
import { rejectsWith, globalRunner, type ContractRunner } from '@minos/common/testing';
import type { JsonObject, UnitOfWork } from '@minos/common';
import { type StreamName, streamName } from '@minos/event-sourcing';
import {
  type RowChange,
  type ViewCondition,
  type ViewQuery,
  type ViewRow,
  type ViewStore,
  type ViewTable,
  WRITE_VIEW,
  type WriteView,
} from '../contracts/view-store.js';

/** A store with the unit of work that writes to it. */
export interface ViewStoreSubject {
  readonly store: ViewStore;
  readonly unitOfWork: UnitOfWork;
  /** Deletes an aggregate, of which the store hears by itself. */
  deleteAggregate(stream: StreamName): Promise<void>;
  close(): Promise<void>;
}

const TABLE = 'orders_v1';
const OWNER = 'projection:orders:v1';
/** Rows of the aggregates of one category; the `_` of its name stands for itself. */
const ITEMS: ViewTable = { name: 'items_v1', owner: OWNER, indexes: [['n']], category: 'an_item' };
const row = (id: string, more: JsonObject = {}): RowChange => ({ tenant: '', key: id, put: { id, ...more } });

/** What every {@link ViewStore} does. */
export function viewStoreContract(open: () => Promise<ViewStoreSubject>, runner: ContractRunner = globalRunner()): void {
  const { describe, it, before, after, beforeEach } = runner;
  describe('ViewStore', () => {
    let subject: ViewStoreSubject;
    before(async () => {
      subject = await open();
      await subject.store.prepare([
        { name: TABLE, owner: OWNER, indexes: [['status', 'total']] },
        { name: 'others_v1', owner: OWNER, indexes: [] },
        ITEMS,
      ]);
    });
    beforeEach(() => subject.store.clear([TABLE, 'others_v1', ITEMS.name]));
    after(() => subject.close());

    const write = (...rows: readonly RowChange[]): Promise<void> => writeTo(TABLE, ...rows);
    const writeTo = (table: string, ...rows: readonly RowChange[]): Promise<void> =>
      subject.unitOfWork.run((unit) => {
        const change: WriteView = { kind: WRITE_VIEW, table, rows };
        unit.enlist<undefined>(change);
      });
    const keys = async (where?: ViewCondition): Promise<string[]> =>
      (await found(where === undefined ? {} : { where })).map(({ key }) => key);
    const found = (query: Partial<ViewQuery>): Promise<readonly ViewRow[]> => subject.store.find(TABLE, '', { limit: 100, ...query });

    it('keeps rows as they were put, changes fields, and removes', async () => {
      await write(row('a', { status: 'placed', lines: [{ sku: 'mug', quantity: 2 }], total: null }));
      await write({ tenant: '', key: 'a', patch: { status: 'confirmed' } }, { tenant: '', key: 'none', patch: { status: 'x' } }, row('b'));
      assert.deepEqual(await subject.store.get(TABLE, '', 'a'), {
        id: 'a',
        status: 'confirmed',
        lines: [{ sku: 'mug', quantity: 2 }],
        total: null,
      });
      await write({ tenant: '', key: 'b', remove: true }, { tenant: '', key: 'none', remove: true });
      assert.deepEqual(await keys(), ['a']);
      await write(row('a', { only: true }));
      assert.deepEqual(await subject.store.get(TABLE, '', 'a'), { id: 'a', only: true });
    });

    it('writes with the unit or not at all', async () => {
      const failed = subject.unitOfWork.run((unit) => {
        const change: WriteView = { kind: WRITE_VIEW, table: TABLE, rows: [row('never')] };
        unit.enlist<undefined>(change);
        throw new Error('no');
      });
      await assert.rejects(failed, /no/);
      await subject.unitOfWork.run((unit) => {
        for (const table of [TABLE, 'others_v1']) unit.enlist<undefined>({ kind: WRITE_VIEW, table, rows: [row('both')] } as WriteView);
      });
      assert.deepEqual([await keys(), await subject.store.count('others_v1', '')], [['both'], 1]);
    });

    it('keeps tenants apart', async () => {
      await write(row('a'), { tenant: 'north', key: 'a', put: { id: 'a', north: true } });
      assert.deepEqual(await subject.store.get(TABLE, 'north', 'a'), { id: 'a', north: true });
      assert.deepEqual(await subject.store.get(TABLE, '', 'a'), { id: 'a' });
      assert.deepEqual([await subject.store.count(TABLE, ''), await subject.store.count(TABLE, 'south')], [1, 0]);
    });

    it('finds by conditions', async () => {
      await write(
        row('1', { status: 'placed', total: 5, tags: ['new', 'gift'], shape: { a: [2], b: 1 } }),
        row('2', { status: 'placed', total: 50, tags: ['gift'] }),
        row('3', { status: 'confirmed', total: 500, tags: [] }),
        row('4', { status: 'rejected', total: null }),
      );
      const cases: readonly (readonly [ViewCondition, string])[] = [
        [{ op: 'eq', field: 'status', value: 'placed' }, '1 2'],
        [{ op: 'ne', field: 'status', value: 'placed' }, '3 4'],
        [{ op: 'lt', field: 'total', value: 50 }, '1 4'],
        [{ op: 'lte', field: 'total', value: 50 }, '1 2 4'],
        [{ op: 'gt', field: 'total', value: 5 }, '2 3'],
        [{ op: 'gte', field: 'total', value: 5 }, '1 2 3'],
        [{ op: 'eq', field: 'total', value: null }, '4'],
        [{ op: 'eq', field: 'missing', value: null }, '1 2 3 4'],
        [{ op: 'in', field: 'status', values: ['confirmed', 'rejected'] }, '3 4'],
        [{ op: 'in', field: 'status', values: [] }, ''],
        [{ op: 'like', field: 'status', pattern: '%e_ected' }, '4'],
        [{ op: 'like', field: 'total', pattern: '5%' }, ''],
        [{ op: 'like', field: 'status', pattern: 'placed\\' }, ''],
        [{ op: 'eq', field: 'shape', value: { b: 1, a: [2] } }, '1'],
        [{ op: 'lt', field: 'tags', value: null }, '3'],
        [{ op: 'contains', field: 'tags', value: 'gift' }, '1 2'],
        [{ op: 'contains', field: 'status', value: 'placed' }, ''],
        [{ op: 'and', of: [] }, '1 2 3 4'],
        [{ op: 'or', of: [] }, ''],
        [
          {
            op: 'or',
            of: [
              {
                op: 'and',
                of: [
                  { op: 'eq', field: 'status', value: 'placed' },
                  { op: 'gt', field: 'total', value: 5 },
                ],
              },
              { op: 'not', of: { op: 'ne', field: 'status', value: 'rejected' } },
            ],
          },
          '2 4',
        ],
      ];
      for (const [condition, expected] of cases) assert.equal((await keys(condition)).join(' '), expected, JSON.stringify(condition));
      assert.equal(await subject.store.count(TABLE, '', { op: 'eq', field: 'status', value: 'placed' }), 2);
    });

    it('orders by values of any type, and by key among equals', async () => {
      await write(row('b', { n: 10 }), row('a', { n: 9 }), row('d', { n: 'text' }), row('c', {}), row('e', { n: 9 }));
      const order = async (direction: 'asc' | 'desc'): Promise<string> =>
        (await found({ orderBy: [{ field: 'n', direction }] })).map(({ key }) => key).join(' ');
      assert.deepEqual([await order('asc'), await order('desc')], ['c d a e b', 'b e a d c']);
    });

    it('goes on behind a place, whatever comes or goes before it', async () => {
      const all = Array.from({ length: 30 }, (_, n) => row(`k${String(n).padStart(2, '0')}`, { group: n % 3, n: n % 7 }));
      await write(...all);
      const orderBy = [
        { field: 'group', direction: 'desc' },
        { field: 'n', direction: 'asc' },
      ] as const;
      const expected = (await found({ orderBy })).map(({ key }) => key);
      const seen: string[] = [];
      let behind: ViewQuery['after'];
      for (;;) {
        const page = await found({ orderBy, limit: 7, ...(behind === undefined ? {} : { after: behind }) });
        const last = page.at(-1);
        if (last === undefined) break;
        seen.push(...page.map(({ key }) => key));
        behind = { values: orderBy.map(({ field }) => last.data[field] ?? null), key: last.key };
        await write({ tenant: '', key: page[0]?.key ?? '', remove: true });
      }
      assert.deepEqual(seen, expected);
    });

    it('takes rows of deleted aggregates for none, and removes them', async () => {
      const items = ITEMS.name;
      await writeTo(items, row('a', { n: 1 }), row('b', { n: 2 }), row('c-1', { n: 3 }), {
        tenant: 'north',
        key: 'a',
        put: { id: 'a', n: 4 },
      });
      await writeTo(TABLE, row('a'));
      for (const id of ['a', 'c-1']) await subject.deleteAggregate(streamName('an_item', id));
      await subject.deleteAggregate(streamName('anyitem', 'b'));
      const seen = async (): Promise<unknown[]> => [
        await subject.store.get(items, '', 'a'),
        (await subject.store.find(items, '', { limit: 9, where: { op: 'gt', field: 'n', value: 0 } })).map(({ key }) => key),
        (await subject.store.find(items, '', { limit: 9, after: { values: [], key: 'a' } })).map(({ key }) => key),
        await subject.store.count(items, ''),
        await subject.store.count(items, 'north'),
        await subject.store.count(TABLE, ''),
      ];
      const expected = [undefined, ['b'], ['b'], 1, 1, 1];
      assert.deepEqual(await seen(), expected);
      await subject.store.prune(items, [
        { tenant: '', key: 'a' },
        { tenant: '', key: 'b' },
        { tenant: 'north', key: 'a' },
      ]);
      await subject.store.prune(TABLE, [{ tenant: '', key: 'a' }]);
      assert.deepEqual(await seen(), expected);
      await subject.store.prepare([ITEMS]);
      assert.deepEqual(await seen(), expected);
    });

    it('belongs to one owner', async () => {
      await subject.store.prepare([{ name: TABLE, owner: OWNER, indexes: [] }]);
      await rejectsWith('VIEW_TAKEN', subject.store.prepare([{ name: TABLE, owner: "projection:o'other:v1", indexes: [] }]));
    });

    it('refuses texts that no database takes', async () => {
      for (const value of ['a\0b', 'a\ud800b']) {
        await rejectsWith('VIEW_QUERY_INVALID', found({ where: { op: 'eq', field: 'status', value } }));
        await rejectsWith('VIEW_QUERY_INVALID', found({ where: { op: 'in', field: 'status', values: [value] } }));
        await rejectsWith('VIEW_QUERY_INVALID', found({ where: { op: 'like', field: 'status', pattern: value } }));
        await rejectsWith('VIEW_QUERY_INVALID', found({ after: { values: [], key: value } }));
        const orderBy = [{ field: 'status', direction: 'asc' }] as const;
        await rejectsWith('VIEW_QUERY_INVALID', found({ orderBy, after: { values: [value], key: 'a' } }));
        await rejectsWith('VIEW_QUERY_INVALID', subject.store.get(TABLE, '', value));
      }
    });

    it('refuses a field that is none', async () => {
      await rejectsWith('VIEW_QUERY_INVALID', found({ where: { op: 'eq', field: "a' or 1=1", value: 1 } }));
      await rejectsWith('VIEW_QUERY_INVALID', found({ orderBy: [{ field: 'a, b', direction: 'asc' }] }));
    });
  });
}
