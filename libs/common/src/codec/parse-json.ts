import type { JsonValue } from '../contracts/json.js';
import { copyJson, DEFAULT_PAYLOAD_LIMITS, type PayloadLimits } from './json-copy.js';
import { formatPath } from './payload-path.js';
import { PayloadRefusedError } from './payload.errors.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `{` and `[` become `{` by this bit, `}` and `]` become `}`. */
const BRACKET_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * Reads JSON that comes from outside: HTTP bodies, broker messages. Refuses, before anything is built from it, what is too large or nested
 * too deep; then bad UTF-8, syntax, `__proto__` keys, NUL, lone surrogates, and integers beyond ±(2^53 - 1), which `JSON.parse`
 * would round in silence. Of duplicate keys the last one counts. Throws `PAYLOAD_REFUSED` with the path.
 */
export function parseJson(text: string | Uint8Array, limits: PayloadLimits = DEFAULT_PAYLOAD_LIMITS): JsonValue {
  const size = typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength;
  if (size > limits.bytes) throw whole('payload.size', `has ${size} bytes; the limit is ${limits.bytes}`);
  const json = typeof text === 'string' ? text : decodeUtf8(text);
  if (deepest(json) > limits.depth) throw tooDeep(json, limits.depth);
  return copyJson(parse(json), { bytes: Infinity, depth: limits.depth });
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw whole('payload.encoding', 'is not UTF-8', error);
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw whole('payload.syntax', `is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** How deep the brackets of a JSON text nest, without recursion. */
function deepest(json: string): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at);
    } else if (code >= 0x5b) {
      const bracket = code | BRACKET_BIT;
      if (bracket === OPENING) most = Math.max(most, ++depth);
      else if (bracket === CLOSING) depth--;
    }
  }
  return most;
}

/** Names the place that is too deep, from a second look up to there: one segment per open bracket. */
function tooDeep(json: string, limit: number): PayloadRefusedError {
  const path: (string | number)[] = [];
  for (let at = 0; at < json.length; at++) {
    const innermost = path.length - 1;
    const segment = path[innermost];
    const character = json[at];
    if (character === '"') {
      const end = endOfString(json, at);
      if (typeof segment === 'string') path[innermost] = json.slice(at + 1, end);
      at = end;
    } else if (character === '{' || character === '[') {
      if (path.length === limit) break;
      path.push(character === '{' ? '' : 0);
    } else if (character === '}' || character === ']') {
      path.pop();
    } else if (character === ',' && typeof segment === 'number') {
      path[innermost] = segment + 1;
    }
  }
  return new PayloadRefusedError({ reason: 'payload.depth', path: formatPath(path), found: `is nested deeper than ${limit} levels` });
}

/** Index of the quote that closes the string which opens at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end === -1 ? json.length : end;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function whole(
  reason: 'payload.size' | 'payload.depth' | 'payload.encoding' | 'payload.syntax',
  found: string,
  cause?: unknown,
): PayloadRefusedError {
  return new PayloadRefusedError({ reason, path: '', found }, { cause });
}
