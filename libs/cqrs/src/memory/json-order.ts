import type { JsonObject, JsonValue } from '@minos/common';

/**
 * Compares as PostgreSQL's jsonb does in a database with the collation C: an empty list, null, texts, numbers, false, true, lists, objects; of the last two those with fewer
 * elements first. Inside of lists and objects an empty list is one like any other.
 */
export function compareJson(one: JsonValue, other: JsonValue): number {
  return compare(one, other, rankOf);
}

function compare(one: JsonValue, other: JsonValue, rank: (value: JsonValue) => number): number {
  const ranks = rank(one) - rank(other);
  if (ranks !== 0) return ranks;
  if (Array.isArray(one) && Array.isArray(other)) return compareLists(one as JsonValue[], other as JsonValue[]);
  if (isObject(one) && isObject(other)) return compareLists(pairsOf(one), pairsOf(other));
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
  return scalar(one) - scalar(other);
}

function rankOf(value: JsonValue): number {
  return Array.isArray(value) && value.length === 0 ? 0 : rankWithin(value);
}

function rankWithin(value: JsonValue): number {
  if (value === null) return 1;
  if (Array.isArray(value)) return 5;
  return { string: 2, number: 3, boolean: 4 }[typeof value as string] ?? 6;
}

function compareLists(one: readonly JsonValue[], other: readonly JsonValue[]): number {
  if (one.length !== other.length) return one.length - other.length;
  for (const [index, value] of one.entries()) {
    const order = compare(value, other[index] ?? null, rankWithin);
    if (order !== 0) return order;
  }
  return 0;
}

/** By their bytes in UTF-8, which is not the order of JavaScript's code units. */
function compareTexts(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Keys and values one behind the other, in the order in which jsonb keeps keys: shorter ones first. */
function pairsOf(value: JsonObject): JsonValue[] {
  const keys = Object.keys(value).sort((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b) || compareTexts(a, b));
  return keys.flatMap((key) => [key, value[key] ?? null]);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalar(value: JsonValue): number {
  return Number(value);
}
