import { createHash } from 'node:crypto';

/** What a request asks for: its full path and its body, whatever the order of the fields. */
export function fingerprintOf(path: string, body: unknown): string {
  return createHash('sha256').update(path).update('\n').update(canonical(body)).digest('base64url');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (isRecord(item) ? sorted(item) : item)) ?? '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
