import { DEFAULT_PAYLOAD_LIMITS, type JsonValue, parseJson } from '@minos/common';

/** The body as JSON, refused with `PAYLOAD_REFUSED` and its path where it could do harm or would lose digits. */
export function parseBody(body: Buffer, limit: number): JsonValue {
  return parseJson(body, { ...DEFAULT_PAYLOAD_LIMITS, bytes: limit });
}
