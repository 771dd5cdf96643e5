import type { JsonValue } from '../contracts/json.js';
import { copyJson, DEFAULT_PAYLOAD_LIMITS, type PayloadLimits } from './json-copy.js';
import { depthOf, pathBeyond } from './json-depth.js';
import { PayloadRefusedError } from './payload.errors.js';

/**
 * Reads JSON that comes from outside: HTTP bodies, broker messages. Refuses, before anything is built from it, what is too large or nested
 * too deep; then bad UTF-8, syntax, `__proto__` keys, NUL, lone surrogates, and integers beyond ±(2^53 - 1), which `JSON.parse`
 * would round in silence. Of duplicate keys the last one counts. Throws `PAYLOAD_REFUSED` with the path.
 */
export function parseJson(text: string | Uint8Array, limits: PayloadLimits = DEFAULT_PAYLOAD_LIMITS): JsonValue {
  const size = typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength;
  if (size > limits.bytes) throw whole('payload.size', `has ${size} bytes; the limit is ${limits.bytes}`);
  const json = typeof text === 'string' ? text : decodeUtf8(text);
  if (depthOf(json) > limits.depth) {
    const path = pathBeyond(json, limits.depth);
    throw new PayloadRefusedError({ reason: 'payload.depth', path, found: `is nested deeper than ${limits.depth} levels` });
  }
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

function whole(
  reason: 'payload.size' | 'payload.depth' | 'payload.encoding' | 'payload.syntax',
  found: string,
  cause?: unknown,
): PayloadRefusedError {
  return new PayloadRefusedError({ reason, path: '', found }, { cause });
}
