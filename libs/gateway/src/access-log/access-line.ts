import type { AccessEntry } from './access-entry.js';

export type AccessLineForm = 'json' | 'text';

/** Control characters could begin a line of their own in a log that people read. */
const UNSAFE = /[\p{Cc}\p{Cf}]/gu;

/** One request as one line, without its end. */
export function accessLine(entry: AccessEntry, form: AccessLineForm, at: Date): string {
  const milliseconds = Math.round(entry.milliseconds * 10) / 10;
  if (form === 'json') return JSON.stringify({ time: at.toISOString(), kind: 'access', ...entry, milliseconds });
  const { method, path, status, service, subject, code, tries, correlationId } = entry;
  const parts = [at.toISOString(), String(status), method, path.replace(UNSAFE, '?'), `${milliseconds} ms`];
  if (service !== undefined) parts.push(tries > 1 ? `${service} (${tries} tries)` : service);
  if (subject !== undefined) parts.push(`by ${subject.replace(UNSAFE, '?')}`);
  if (code !== undefined) parts.push(code);
  parts.push(correlationId);
  return parts.join('  ');
}
