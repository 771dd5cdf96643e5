import { createHash } from 'node:crypto';

const VERSION = 0x80;
const VARIANT = 0x80;

/** The same UUID (version 8) for the same text, so that what is told twice is one. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | VERSION;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | VARIANT;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Of the instance with this business key, however it begins. */
export function keyedId(saga: string, tenant: string, key: string): string {
  return uuidOf(JSON.stringify([saga, tenant, key]));
}
