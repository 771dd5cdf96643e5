import { currentContext } from '@minos/common';
import type { ViewOrder, ViewPlace, ViewQuery, ViewStore } from '../contracts/view-store.js';
import { ViewQueryInvalidError, ViewUnknownError } from '../errors/view.errors.js';
import type { Condition, Order } from './conditions.js';
import { cursorBehind, placeOf } from './cursor.js';
import type { RowClass } from './view.decorator.js';

export interface FindOptions<T extends object> {
  readonly where?: Condition<T>;
  /** @default by key */
  readonly orderBy?: readonly Order<T>[];
  /** 1 to 1,000. @default 50 */
  readonly limit?: number;
  /** The `next` of the page before. @default from the beginning */
  readonly after?: string;
  /** Rows behind this key, in the order of keys; not with `orderBy` or `after`. @default from the beginning */
  readonly afterKey?: string;
}

interface Beginning {
  readonly orderBy: readonly ViewOrder[];
  readonly after: string | undefined;
  readonly afterKey: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** For the next page; null where this is the last. */
  readonly next: string | null;
}

const MOST = 1_000;

/** The rows of one view, of the tenant of the surrounding context, as they were committed. */
export class ViewReader<T extends object> {
  constructor(
    private readonly store: ViewStore,
    private readonly table: () => string,
  ) {}

  async get(key: string): Promise<T | undefined> {
    return (await this.store.get(this.table(), currentContext().tenant, key)) as T | undefined;
  }

  /** A page costs the same wherever it is. Rejects with `VIEW_QUERY_INVALID`. */
  async find({ where, orderBy = [], limit = 50, after, afterKey }: FindOptions<T> = {}): Promise<Page<T>> {
    checkLimit(limit);
    const place = beginning({ orderBy, after, afterKey });
    const query: ViewQuery = { orderBy, limit: limit + 1, ...(where && { where }), ...(place && { after: place }) };
    const found = await this.store.find(this.table(), currentContext().tenant, query);
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const next = found.length > limit && last !== undefined ? cursorBehind(last, orderBy) : null;
    return { items: rows.map(({ data }) => data as unknown as T), next };
  }

  count(where?: Condition<T>): Promise<number> {
    return this.store.count(this.table(), currentContext().tenant, where);
  }
}

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw new ViewQueryInvalidError('limit', `is no whole number from 1 to ${MOST}`);
}

function beginning({ orderBy, after, afterKey }: Beginning): ViewPlace | undefined {
  if (afterKey === undefined) return after === undefined ? undefined : placeOf(after, orderBy);
  if (orderBy.length > 0 || after !== undefined)
    throw new ViewQueryInvalidError('afterKey', 'is for pages in the order of keys; leave out orderBy and after');
  return { values: [], key: afterKey };
}

/** The views that the projections of this application make. */
export class Views {
  private readonly tables = new Map<RowClass, string>();

  constructor(private readonly store: ViewStore) {}

  /** For reading; may be called before the projections are known. Reading rejects with `VIEW_UNKNOWN` where none makes it. */
  of<T extends object>(type: RowClass<T>): ViewReader<T> {
    return new ViewReader<T>(this.store, () => this.tableOf(type));
  }

  tableOf(type: RowClass): string {
    const table = this.tables.get(type);
    if (table === undefined) throw new ViewUnknownError(type.name);
    return table;
  }

  /** Throws `VIEW_UNKNOWN` for one that another projection makes already. */
  assign(type: RowClass, table: string): void {
    if (this.tables.has(type)) throw new ViewUnknownError(type.name);
    this.tables.set(type, table);
  }
}
