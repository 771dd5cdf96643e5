import type { Change, JsonObject, JsonValue } from '@minos/common';

export const WRITE_VIEW = 'cqrs.write-view';

/** What becomes of one row: a new content, other values for some of its fields, or its end. Patching a row that is not there does nothing. */
export type RowChange = { readonly key: string; readonly tenant: string } & (
  { readonly put: JsonObject } | { readonly patch: JsonObject } | { readonly remove: true }
);

/** Changes rows of one table of views. A unit has one such change for a table at the most, with each row in it once. Its result is `undefined`. */
export interface WriteView extends Change {
  readonly kind: typeof WRITE_VIEW;
  readonly table: string;
  readonly rows: readonly RowChange[];
}

/** A table of rows that are JSON objects, by their keys. */
export interface ViewTable {
  /** Lower-case letters, digits and underscores, at most 54. */
  readonly name: string;
  /** Durable: who writes it. A table belongs to it for ever, or another one's old rows would be taken for its own. */
  readonly owner: string;
  /** Lists of fields by which rows are found and put in order. */
  readonly indexes: readonly (readonly string[])[];
  /** The rows are those of aggregates of this category, by their ids: one that was deleted counts as no row, from the commit of its deletion on. */
  readonly category?: string;
}

/** Names a row. */
export interface RowName {
  readonly tenant: string;
  readonly key: string;
}

export type ViewComparison = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';

/** What rows must be like; fields are those at the top of a row, one that is missing counts as null. */
export type ViewCondition =
  | { readonly op: ViewComparison; readonly field: string; readonly value: JsonValue }
  | { readonly op: 'in'; readonly field: string; readonly values: readonly JsonValue[] }
  /** A text of which `%` stands for anything and `_` for one character. */
  | { readonly op: 'like'; readonly field: string; readonly pattern: string }
  /** A list that has this element. */
  | { readonly op: 'contains'; readonly field: string; readonly value: JsonValue }
  | { readonly op: 'and' | 'or'; readonly of: readonly ViewCondition[] }
  | { readonly op: 'not'; readonly of: ViewCondition };

export interface ViewOrder {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** Where a page ended: the values of the fields that order it, and the key, which decides between equals. */
export interface ViewPlace {
  readonly values: readonly JsonValue[];
  readonly key: string;
}

export interface ViewQuery {
  readonly where?: ViewCondition;
  /** Equal rows come in the order of their keys, in the direction of the last field. @default by key */
  readonly orderBy?: readonly ViewOrder[];
  readonly limit: number;
  /** Rows behind this place. @default from the beginning */
  readonly after?: ViewPlace;
}

export interface ViewRow {
  readonly key: string;
  readonly data: JsonObject;
}

/**
 * Rows that projections make. They are written with units (see {@link WriteView}) and read as they were committed. Values compare as JSON of PostgreSQL does:
 * an empty list, null, texts, numbers, false, true, lists, objects; rows of other tenants are never seen.
 */
export interface ViewStore {
  /** Makes tables and indexes that are missing, and removes rows of deleted aggregates. Idempotent; several processes may call it at once. Rejects with `VIEW_TAKEN` for a table that another owner made. */
  prepare(tables: readonly ViewTable[]): Promise<void>;
  get(table: string, tenant: string, key: string): Promise<JsonObject | undefined>;
  find(table: string, tenant: string, query: ViewQuery): Promise<readonly ViewRow[]>;
  count(table: string, tenant: string, where?: ViewCondition): Promise<number>;
  /** Removes those of the rows whose aggregates were deleted; none of a table without a category. They count as none already. */
  prune(table: string, rows: readonly RowName[]): Promise<void>;
  /** Removes every row of the tables, of all tenants. */
  clear(tables: readonly string[]): Promise<void>;
}
