import type { JsonObject, JsonValue } from '@minos/common';
import type { ViewComparison, ViewCondition } from '../contracts/view-store.js';
import { fieldName } from '../view/field-name.js';
import { queryValue } from '../view/query-text.js';
import { compareJson } from './json-order.js';

const COMPARISONS: Readonly<Record<ViewComparison, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
};

/** Throws `VIEW_QUERY_INVALID` for a condition on what is no field, also where there is no row to look at. */
export function checkCondition(condition: ViewCondition): void {
  if ('field' in condition) {
    fieldName(condition.field);
    queryValue(
      'values' in condition ? [...condition.values] : 'pattern' in condition ? condition.pattern : condition.value,
      condition.field,
    );
  } else if (condition.op === 'not') checkCondition(condition.of);
  else condition.of.forEach(checkCondition);
}

/** Whether a row is like that. */
export function matches(row: JsonObject, condition: ViewCondition): boolean {
  switch (condition.op) {
    case 'and':
      return condition.of.every((one) => matches(row, one));
    case 'or':
      return condition.of.some((one) => matches(row, one));
    case 'not':
      return !matches(row, condition.of);
    case 'in':
      return condition.values.some((value) => compareJson(valueOf(row, condition.field), value) === 0);
    case 'like':
      return isLike(valueOf(row, condition.field), condition.pattern);
    case 'contains':
      return contains(valueOf(row, condition.field), condition.value);
    default:
      return COMPARISONS[condition.op](compareJson(valueOf(row, condition.field), condition.value));
  }
}

/** Throws `VIEW_QUERY_INVALID`. */
export function valueOf(row: JsonObject, field: string): JsonValue {
  return Object.hasOwn(row, fieldName(field)) ? (row[field] ?? null) : null;
}

function contains(list: JsonValue, element: JsonValue): boolean {
  return Array.isArray(list) && list.some((one) => compareJson(one as JsonValue, element) === 0);
}

function isLike(value: JsonValue, pattern: string): boolean {
  if (typeof value !== 'string') return false;
  const expression = pattern
    .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    .replace(/%/g, '[^]*')
    .replace(/_/g, '[^]');
  return new RegExp(`^${expression}$`, 'u').test(value);
}
