import type { JsonObject, JsonValue } from '@minos/common';

/** Compares as PostgreSQL's jsonb does: an empty list, null, texts, numbers, false, true, lists, objects; of the last two those with fewer elements first. */
export function compareJson(one: JsonValue, other: JsonValue): number {
  const rank = rankOf(one) - rankOf(other);
  if (rank !== 0) return rank;
  if (Array.isArray(one) && Array.isArray(other)) return compareLists(one as JsonValue[], other as JsonValue[]);
  if (isObject(one) && isObject(other)) return compareLists(pairsOf(one), pairsOf(other));
  const [a, b] = [scalar(one), scalar(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function rankOf(value: JsonValue): number {
  if (value === null) return 1;
  if (Array.isArray(value)) return value.length === 0 ? 0 : 5;
  return { string: 2, number: 3, boolean: 4 }[typeof value as string] ?? 6;
}

function compareLists(one: readonly JsonValue[], other: readonly JsonValue[]): number {
  if (one.length !== other.length) return one.length - other.length;
  for (const [index, value] of one.entries()) {
    const order = compareJson(value, other[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** Keys and values one behind the other, in the order in which jsonb keeps keys: shorter ones first. */
function pairsOf(value: JsonObject): JsonValue[] {
  const keys = Object.keys(value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return keys.flatMap((key) => [key, value[key] ?? null]);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalar(value: JsonValue): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : Number(value);
}
