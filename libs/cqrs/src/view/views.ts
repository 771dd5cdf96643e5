import { currentContext } from '@minos/common';
import { asNewAsWanted } from '../consistency/consistency-scope.js';
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

/** Where a view is, and who makes it. */
export interface AssignedView {
  readonly table: string;
  readonly projection: string;
}

/**
 * The rows of one view, of the tenant of the surrounding context, as they were committed. Inside a query that says how new they must be (`atLeast`) reading waits for that, and
 * rejects with `NOT_YET_CONSISTENT` where it takes too long.
 */
export class ViewReader<T extends object> {
  constructor(
    private readonly store: ViewStore,
    private readonly view: () => AssignedView,
  ) {}

  async get(key: string): Promise<T | undefined> {
    return (await this.store.get(await this.table(), currentContext().tenant, key)) as T | undefined;
  }

  /** A page costs the same wherever it is. Rejects with `VIEW_QUERY_INVALID`. */
  async find({ where, orderBy = [], limit = 50, after, afterKey }: FindOptions<T> = {}): Promise<Page<T>> {
    checkLimit(limit);
    const place = beginning({ orderBy, after, afterKey });
    const query: ViewQuery = { orderBy, limit: limit + 1, ...(where && { where }), ...(place && { after: place }) };
    const found = await this.store.find(await this.table(), currentContext().tenant, query);
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const next = found.length > limit && last !== undefined ? cursorBehind(last, orderBy) : null;
    return { items: rows.map(({ data }) => data as unknown as T), next };
  }

  async count(where?: Condition<T>): Promise<number> {
    return this.store.count(await this.table(), currentContext().tenant, where);
  }

  /** Once it is as new as the query wants it. */
  private async table(): Promise<string> {
    const { table, projection } = this.view();
    await asNewAsWanted(projection);
    return table;
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
  private readonly views = new Map<RowClass, AssignedView>();

  constructor(private readonly store: ViewStore) {}

  /** For reading; may be called before the projections are known. Reading rejects with `VIEW_UNKNOWN` where none makes it. */
  of<T extends object>(type: RowClass<T>): ViewReader<T> {
    return new ViewReader<T>(this.store, () => this.assigned(type));
  }

  tableOf(type: RowClass): string {
    return this.assigned(type).table;
  }

  /** Throws `VIEW_UNKNOWN` for one that another projection makes already. */
  assign(type: RowClass, view: AssignedView): void {
    if (this.views.has(type)) throw new ViewUnknownError(type.name);
    this.views.set(type, view);
  }

  private assigned(type: RowClass): AssignedView {
    const view = this.views.get(type);
    if (view === undefined) throw new ViewUnknownError(type.name);
    return view;
  }
}
