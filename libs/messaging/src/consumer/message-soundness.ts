import { isWellFormed } from '@minos/common';
import type { StoredMessage } from '../contracts/broker.js';
import { MessageUnsoundError } from './consumer.errors.js';
import { headerOf } from './header-of.js';

/** Bytes of a key: a store keeps it in an index. */
export const MOST_KEY_BYTES = 2_000;
export const MOST_NAME_CHARACTERS = 500;
/** The attributes that stores keep beside the message. */
const KEPT = ['ce_id', 'ce_source', 'ce_type', 'ce_tenant'] as const;

/** Why a message can neither be handled nor parked as it is, if so: its names fit no store, or mean one thing to one reader and another to the next. */
export function unsoundness(stored: StoredMessage): MessageUnsoundError | undefined {
  const fault = faultOf(stored);
  return fault === undefined ? undefined : new MessageUnsoundError(stored, fault);
}

/** Whether a store can keep this key. */
export function isSoundKey(key: string): boolean {
  return isText(key) && (key.length * 3 <= MOST_KEY_BYTES || Buffer.byteLength(key) <= MOST_KEY_BYTES);
}

/** What a store can keep of a text that should be a name. */
export function storableName(text: string): string {
  if (text.length <= MOST_NAME_CHARACTERS && isText(text)) return text;
  return Buffer.from(text.slice(0, MOST_NAME_CHARACTERS).replaceAll('\0', '\ufffd')).toString();
}

function faultOf(stored: StoredMessage): string | undefined {
  if (!isSoundKey(stored.key)) return `its key is longer than ${MOST_KEY_BYTES} bytes or no sound text`;
  for (const name of KEPT) {
    const value = headerOf(stored, name);
    if (value === undefined) continue;
    if (value.length > MOST_NAME_CHARACTERS) return `its header ${name} has ${value.length} characters, more than ${MOST_NAME_CHARACTERS}`;
    if (!isText(value)) return `its header ${name} has a NUL character or half of a character`;
  }
  return headerFault(stored.headers);
}

function headerFault(headers: StoredMessage['headers']): string | undefined {
  let seen: Set<string> | undefined;
  for (const name of Object.keys(headers)) {
    if (headers[name]?.includes('\0') || name.includes('\0')) return `its header ${storableName(name)} has a NUL character`;
    const lower = name.toLowerCase();
    if (lower === name) continue;
    if (Object.hasOwn(headers, lower) || seen?.has(lower)) return `its header ${storableName(lower)} comes twice, in different letters`;
    seen = (seen ?? new Set()).add(lower);
  }
  return undefined;
}

function isText(text: string): boolean {
  return !text.includes('\0') && isWellFormed(text);
}
