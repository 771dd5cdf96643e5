import { defineMetadata, ownMetadata } from '@minos/common';
import type { RowClass } from '../view/view.decorator.js';

/** What the decorator says, with the classes that stand for its two tables. */
export interface QueryableMetadata {
  readonly indexes: readonly (readonly string[])[];
  readonly view: string | undefined;
  /** Rows that are queried. */
  readonly rows: RowClass;
  /** States to go on from, where `toJSON()` shows something else. */
  readonly folds: RowClass;
  readonly token: symbol;
}

const QUERYABLE = Symbol.for('@minos/cqrs/queryable');

export function setQueryableMetadata(type: object, metadata: QueryableMetadata): void {
  defineMetadata(type, QUERYABLE, metadata);
}

/** Of this very class; a subclass has its own. */
export function queryableMetadataOf(type: object): QueryableMetadata | undefined {
  return ownMetadata<QueryableMetadata>(type, QUERYABLE);
}
