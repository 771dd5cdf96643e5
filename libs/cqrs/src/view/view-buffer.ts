import type { JsonObject, Unit } from '@minos/common';
import { type RowChange, type ViewStore, WRITE_VIEW, type WriteView } from '../contracts/view-store.js';
import { rowName, storedRow } from './stored-row.js';

/** What one unit does to views: each row once, whatever was said of it one after the other. */
export class ViewBuffer {
  private readonly tables = new Map<string, Map<string, RowChange>>();

  constructor(private readonly store: ViewStore) {}

  put(table: string, tenant: string, key: string, row: JsonObject): void {
    this.set(table, { tenant, key, put: storedRow(row) });
  }

  patch(table: string, tenant: string, key: string, given: JsonObject): void {
    const before = this.find(table, tenant, key);
    const fields = storedRow(given);
    if (before === undefined) this.set(table, { tenant, key, patch: fields });
    else if ('put' in before) this.set(table, { tenant, key, put: { ...before.put, ...fields } });
    else if ('patch' in before) this.set(table, { tenant, key, patch: { ...before.patch, ...fields } });
  }

  remove(table: string, tenant: string, key: string): void {
    this.set(table, { tenant, key, remove: true });
  }

  /** The row as this unit leaves it. */
  async get(table: string, tenant: string, key: string): Promise<JsonObject | undefined> {
    const change = this.find(table, tenant, key);
    if (change !== undefined && 'put' in change) return storedRow(change.put);
    if (change !== undefined && 'remove' in change) return undefined;
    const stored = await this.store.get(table, tenant, key);
    return stored === undefined || change === undefined ? stored : { ...stored, ...change.patch };
  }

  /** Hands everything to the unit. */
  enlist(unit: Unit): void {
    for (const [table, rows] of this.tables) {
      const change: WriteView = { kind: WRITE_VIEW, table, rows: [...rows.values()] };
      unit.enlist<undefined>(change);
    }
  }

  private find(table: string, tenant: string, key: string): RowChange | undefined {
    return this.tables.get(table)?.get(rowName(tenant, key));
  }

  private set(table: string, change: RowChange): void {
    const rows = this.tables.get(table) ?? new Map<string, RowChange>();
    this.tables.set(table, rows.set(rowName(change.tenant, change.key), change));
  }
}
