import type { AppliedChange, JsonObject, MemoryChangeWriter } from '@minos/common';
import {
  type RowChange,
  type RowName,
  type ViewCondition,
  type ViewOrder,
  type ViewPlace,
  type ViewQuery,
  type ViewRow,
  type ViewStore,
  type ViewTable,
  WRITE_VIEW,
  type WriteView,
} from '../contracts/view-store.js';
import { ViewTakenError } from '../errors/view.errors.js';
import { fieldName } from '../view/field-name.js';
import { queryText, queryValue } from '../view/query-text.js';
import { compareJson } from './json-order.js';
import { checkCondition, matches, valueOf } from './matches.js';
import { rowName, storedRow } from '../view/stored-row.js';

type TenantRow = ViewRow & { readonly tenant: string };
type Rows = Map<string, TenantRow>;
/** Whether the aggregate was deleted. */
type IsDeleted = (category: string, id: string, tenant: string) => Promise<boolean>;

/** Views in the memory of the process; `writer` goes to the unit of work's committer. */
export class MemoryViewStore implements ViewStore {
  private readonly tables = new Map<string, Rows>();
  private readonly owners = new Map<string, string>();
  private readonly categories = new Map<string, string>();

  private readonly writing: MemoryChangeWriter<WriteView> = {
    kind: WRITE_VIEW,
    apply: ({ table, rows }) => this.apply(table, rows),
  };

  readonly writer = this.writing as MemoryChangeWriter<never>;

  /** Without `isDeleted` no aggregate is. */
  constructor(private readonly isDeleted: IsDeleted = async () => false) {}

  async prepare(tables: readonly ViewTable[]): Promise<void> {
    for (const { name, owner, category } of tables) {
      const known = this.owners.get(name) ?? owner;
      if (known !== owner) throw new ViewTakenError(name, known, owner);
      this.owners.set(name, owner);
      const rows = this.rowsOf(name);
      if (category === undefined) continue;
      this.categories.set(name, category);
      await this.prune(name, [...rows.values()]);
    }
  }

  async get(table: string, tenant: string, key: string): Promise<JsonObject | undefined> {
    const found = this.rowsOf(table).get(rowName(tenant, queryText(key, 'the key')));
    if (found === undefined || (await this.isGone(table, found))) return undefined;
    return storedRow(found.data);
  }

  async find(table: string, tenant: string, { where, orderBy = [], limit, after }: ViewQuery): Promise<readonly ViewRow[]> {
    for (const { field } of orderBy) fieldName(field);
    if (after !== undefined) {
      queryText(after.key, 'the key');
      for (const value of after.values) queryValue(value, 'after');
    }
    const place = (row: ViewRow): ViewPlace => ({ values: orderBy.map(({ field }) => valueOf(row.data, field)), key: row.key });
    const rows = (await this.like(table, tenant, where))
      .filter((row) => after === undefined || compareRows(place(row), after, orderBy) > 0)
      .sort((one, other) => compareRows(place(one), place(other), orderBy));
    return rows.slice(0, limit).map(({ key, data }) => ({ key, data: storedRow(data) }));
  }

  async count(table: string, tenant: string, where?: ViewCondition): Promise<number> {
    return (await this.like(table, tenant, where)).length;
  }

  async prune(table: string, rows: readonly RowName[]): Promise<void> {
    for (const row of rows) if (await this.isGone(table, row)) this.rowsOf(table).delete(rowName(row.tenant, row.key));
  }

  async clear(tables: readonly string[]): Promise<void> {
    for (const table of tables) this.rowsOf(table).clear();
  }

  /** Puts the rows of one table in the place of another's, at once. */
  move(from: string, to: string): void {
    this.tables.set(to, this.rowsOf(from));
    this.drop(from);
  }

  drop(table: string): void {
    this.tables.delete(table);
    this.owners.delete(table);
  }

  private async like(table: string, tenant: string, where: ViewCondition | undefined): Promise<ViewRow[]> {
    if (where !== undefined) checkCondition(where);
    const rows = [...this.rowsOf(table).values()].filter(
      (row) => row.tenant === tenant && (where === undefined || matches(row.data, where)),
    );
    if (!this.categories.has(table)) return rows;
    const gone = await Promise.all(rows.map((row) => this.isGone(table, row)));
    return rows.filter((_, index) => !gone[index]);
  }

  private async isGone(table: string, { tenant, key }: RowName): Promise<boolean> {
    const category = this.categories.get(table);
    return category !== undefined && (await this.isDeleted(category, key, tenant));
  }

  private apply(table: string, changes: readonly RowChange[]): AppliedChange {
    const rows = this.rowsOf(table);
    const before = changes.map(({ tenant, key }) => [rowName(tenant, key), rows.get(rowName(tenant, key))] as const);
    for (const change of changes) applyOne(rows, change);
    const undo = (): void => {
      for (const [name, row] of before) {
        if (row === undefined) rows.delete(name);
        else rows.set(name, row);
      }
    };
    return { result: undefined, undo };
  }

  private rowsOf(table: string): Rows {
    const rows = this.tables.get(table) ?? new Map<string, TenantRow>();
    this.tables.set(table, rows);
    return rows;
  }
}

function applyOne(rows: Rows, change: RowChange): void {
  const { tenant, key } = change;
  const name = rowName(tenant, key);
  if ('remove' in change) rows.delete(name);
  else if ('put' in change) rows.set(name, { tenant, key, data: storedRow(change.put) });
  else {
    const known = rows.get(name);
    if (known !== undefined) rows.set(name, { tenant, key, data: { ...known.data, ...storedRow(change.patch) } });
  }
}

function compareRows(one: ViewPlace, other: ViewPlace, orderBy: readonly ViewOrder[]): number {
  for (const [index, { direction }] of orderBy.entries()) {
    const order = compareJson(one.values[index] ?? null, other.values[index] ?? null);
    if (order !== 0) return direction === 'asc' ? order : -order;
  }
  const order = Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));
  return orderBy.at(-1)?.direction === 'desc' ? -order : order;
}
