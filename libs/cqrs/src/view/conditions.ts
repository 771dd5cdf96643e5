import type { JsonValue } from '@minos/common';
import type { ViewCondition, ViewOrder } from '../contracts/view-store.js';

declare const ROW: unique symbol;

/** What rows of `T` must be like. */
export type Condition<T extends object> = ViewCondition & { readonly [ROW]?: T };
/** One field that orders rows of `T`. */
export type Order<T extends object> = ViewOrder & { readonly [ROW]?: T };

type Field<T> = string & keyof T;
type Element<V> = V extends readonly (infer E)[] ? E : never;

/** Makes conditions and orders for rows of one class; fields and values are checked by the compiler. */
export interface Conditions<T extends object> {
  eq<F extends Field<T>>(field: F, value: T[F]): Condition<T>;
  ne<F extends Field<T>>(field: F, value: T[F]): Condition<T>;
  lt<F extends Field<T>>(field: F, value: T[F]): Condition<T>;
  lte<F extends Field<T>>(field: F, value: T[F]): Condition<T>;
  gt<F extends Field<T>>(field: F, value: T[F]): Condition<T>;
  gte<F extends Field<T>>(field: F, value: T[F]): Condition<T>;
  in<F extends Field<T>>(field: F, values: readonly T[F][]): Condition<T>;
  /** `%` stands for anything, `_` for one character. */
  like<F extends Field<T>>(field: F, pattern: string): Condition<T>;
  /** A list that has this element. */
  contains<F extends Field<T>>(field: F, value: Element<T[F]>): Condition<T>;
  and(...of: readonly Condition<T>[]): Condition<T>;
  or(...of: readonly Condition<T>[]): Condition<T>;
  not(of: Condition<T>): Condition<T>;
  asc(field: Field<T>): Order<T>;
  desc(field: Field<T>): Order<T>;
}

const json = (value: unknown): JsonValue => (value ?? null) as JsonValue;

const compare =
  (op: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte') =>
  (field: string, value: unknown): ViewCondition => ({ op, field, value: json(value) });

const ALL: Conditions<Record<string, unknown>> = {
  eq: compare('eq'),
  ne: compare('ne'),
  lt: compare('lt'),
  lte: compare('lte'),
  gt: compare('gt'),
  gte: compare('gte'),
  in: (field, values) => ({ op: 'in', field, values: values.map(json) }),
  like: (field, pattern) => ({ op: 'like', field, pattern }),
  contains: (field, value) => ({ op: 'contains', field, value: json(value) }),
  and: (...of) => ({ op: 'and', of }),
  or: (...of) => ({ op: 'or', of }),
  not: (of) => ({ op: 'not', of }),
  asc: (field) => ({ field, direction: 'asc' }),
  desc: (field) => ({ field, direction: 'desc' }),
};

/** `const where = conditions<OrderRow>(); where.and(where.eq('status', 'placed'), where.lt('total', 500))` */
export function conditions<T extends object>(): Conditions<T> {
  return ALL as unknown as Conditions<T>;
}
