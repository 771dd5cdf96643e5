import type { JsonObject, JsonValue } from '../contracts/json.js';
import { isWellFormed } from './is-well-formed.js';
import { formatPath } from './payload-path.js';
import { PayloadRefusedError, type PayloadRefusal } from './payload.errors.js';

/** What a payload may be at the most. */
export interface PayloadLimits {
  /** Bytes of its JSON text. @default 1048576 */
  readonly bytes: number;
  /** Objects and arrays inside one another, the payload itself included; at most 1000. @default 64 */
  readonly depth: number;
}

export const DEFAULT_PAYLOAD_LIMITS: PayloadLimits = Object.freeze({ bytes: 1024 * 1024, depth: 64 });

/** A UTF-16 unit becomes at most 6 bytes of JSON text (`\u001f`). */
const BYTES_PER_UNIT = 6;
const OBJECT_PROTOTYPE = Object.prototype;
const WHOLE_NUMBERS = Number.MAX_SAFE_INTEGER;

/** A copy under way. `path[0..depth)` says where it is. */
interface Copying {
  readonly limits: PayloadLimits;
  /** Whether a schema will read it, so that values beyond JSON are turned into their wire form. */
  readonly rich: boolean;
  readonly message: string | undefined;
  readonly path: PropertyKey[];
  /** Lower bound of the length of the JSON text. */
  units: number;
}

/**
 * Copies the own enumerable properties of `source` into plain JSON, in one pass, and refuses what JSON cannot carry unchanged,
 * with its path. Properties that are `undefined` are left out.
 */
export function copyJsonObject(
  source: object,
  limits: PayloadLimits,
  options: { readonly rich?: boolean; readonly message?: string } = {},
): JsonObject {
  const copying: Copying = { limits, rich: options.rich ?? false, message: options.message, path: [], units: 0 };
  const copy = copyProperties(source, 0, copying);
  checkSize(copy, copying);
  return copy;
}

/** The same for any value. */
export function copyJson(source: unknown, limits: PayloadLimits, options: { readonly message?: string } = {}): JsonValue {
  const copying: Copying = { limits, rich: false, message: options.message, path: [], units: 0 };
  const copy = copyValue(source, 0, copying);
  checkSize(copy, copying);
  return copy;
}

function copyValue(value: unknown, depth: number, copying: Copying): JsonValue {
  switch (typeof value) {
    case 'string':
      return checkText(value, depth, copying);
    case 'number':
      return checkNumber(value, depth, copying);
    case 'boolean':
      copying.units += 4;
      return value;
    case 'object':
      copying.units += 2;
      return value === null ? null : copyObject(value, depth, copying);
    case 'bigint':
      if (copying.rich) return String(value);
      return refuse('payload.not-json', `is a bigint; write it as a decimal string, or give the message a schema`, depth, copying);
    default:
      return refuse(
        'payload.not-json',
        `is ${value === undefined ? 'undefined' : `a ${typeof value}`}, which JSON does not have`,
        depth,
        copying,
      );
  }
}

function copyObject(value: object, depth: number, copying: Copying): JsonValue {
  if (Array.isArray(value)) return copyArray(value, depth, copying);
  if (isPlain(value)) return copyProperties(value, depth, copying);
  if (copying.rich) return copyRich(value, depth, copying);
  const type = (value.constructor as { name?: string } | undefined)?.name ?? 'an unnamed class';
  return refuse(
    'payload.not-json',
    `is an instance of ${type}; use plain objects of JSON values, or give the message a schema`,
    depth,
    copying,
  );
}

function copyProperties(source: object, depth: number, copying: Copying): JsonObject {
  if (depth >= copying.limits.depth) refuseDepth(depth, copying);
  const properties = source as Record<string, unknown>;
  const copy: Record<string, JsonValue> = {};
  for (const key of Object.keys(source)) {
    const value = properties[key];
    if (value === undefined) continue;
    copying.path[depth] = key;
    checkKey(key, value, depth + 1, copying);
    copy[key] = copyValue(value, depth + 1, copying);
  }
  return copy;
}

function copyArray(source: readonly unknown[], depth: number, copying: Copying): JsonValue {
  if (depth >= copying.limits.depth) refuseDepth(depth, copying);
  const copy: JsonValue[] = [];
  for (let index = 0; index < source.length; index++) {
    copying.path[depth] = index;
    copy.push(copyValue(source[index], depth + 1, copying));
  }
  return copy;
}

/** The wire form of what only a schema can bring back. */
function copyRich(value: object, depth: number, copying: Copying): JsonValue {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return refuse('payload.not-json', 'is an invalid Date', depth, copying);
    return value.toISOString();
  }
  if (value instanceof Map || value instanceof Set) return copyArray([...value], depth, copying);
  if (!hasToJson(value)) return copyProperties(value, depth, copying);
  const form = value.toJSON();
  const isInstance = typeof form === 'object' && form !== null && !Array.isArray(form) && !isPlain(form);
  return isInstance ? copyProperties(form, depth, copying) : copyValue(form, depth, copying);
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** Made by a literal, `JSON.parse` or `Object.create(null)`, also in another realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === OBJECT_PROTOTYPE || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

function checkText(text: string, depth: number, copying: Copying): string {
  copying.units += text.length + 2;
  if (copying.units > copying.limits.bytes) refuseSize(copying.units, copying);
  if (!isWellFormed(text))
    refuse('payload.surrogate', 'has a lone surrogate (half of a character), which UTF-8 cannot carry', depth, copying);
  if (text.includes('\0')) refuse('payload.nul', 'has a NUL character, which PostgreSQL cannot store', depth, copying);
  return text;
}

function checkNumber(value: number, depth: number, copying: Copying): number {
  copying.units += 1;
  if (value <= WHOLE_NUMBERS && value >= -WHOLE_NUMBERS) return value;
  if (!Number.isFinite(value)) return refuse('payload.not-finite', `is ${value}, which JSON does not have`, depth, copying);
  return refuse('payload.unsafe-integer', `is beyond ±(2^53 - 1), where numbers lose digits; write it as a decimal string`, depth, copying);
}

function checkKey(key: string, value: unknown, depth: number, copying: Copying): void {
  if (key === '__proto__' || (key === 'constructor' && hasPrototypeKey(value))) {
    refuse('payload.prototype-key', 'is a key that can change the prototype of objects', depth, copying);
  }
  checkText(key, depth, copying);
}

function hasPrototypeKey(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}

function checkSize(copy: JsonValue, copying: Copying): void {
  const { bytes } = copying.limits;
  if (copying.units > bytes) refuseSize(copying.units, copying);
  if (copying.units * BYTES_PER_UNIT <= bytes) return;
  const size = Buffer.byteLength(JSON.stringify(copy));
  if (size > bytes) refuseSize(size, copying);
}

function refuseSize(size: number, copying: Copying): never {
  return refuse('payload.size', `has ${size} bytes or more; the limit is ${copying.limits.bytes}`, 0, copying);
}

function refuseDepth(depth: number, copying: Copying): never {
  return refuse('payload.depth', `is nested deeper than ${copying.limits.depth} levels (or refers to itself)`, depth, copying);
}

function refuse(reason: PayloadRefusal, found: string, depth: number, copying: Copying): never {
  const path = formatPath(copying.path.slice(0, depth));
  throw new PayloadRefusedError({ reason, path, found }, { message: copying.message });
}
