import {
  checkedClaims,
  copyJson,
  createEnvelope,
  DEFAULT_PAYLOAD_LIMITS,
  isMinosError,
  isUuid,
  toHeaders,
  uuidv7,
  type Envelope,
  type JsonValue,
  isWellFormed,
} from '@minos/common';
import { MOST_KEY_BYTES, MOST_NAME_CHARACTERS } from '../consumer/message-soundness.js';
import { PRINCIPAL_CLAIMS } from '../contracts/message-trust.js';
import { OUTBOX_ADD, type OutboxAdd, type OutgoingMessage } from '../contracts/outgoing-message.js';
import { outboxHash, slotOfHash } from './outbox-key.js';
import { OutboxMessageInvalidError, OutboxMessageTooLargeError } from './outbox.errors.js';

export interface OutboxAddOptions {
  /** The service whose message it is. */
  readonly source: string;
  /** Milliseconds since the epoch. @default now */
  readonly now?: number;
  /** Bytes of body, key and headers together; Kafka takes 1,048,588 with what it adds itself. @default 1000000 */
  readonly maxBytes?: number;
}

export const DEFAULT_MAX_BYTES = 1_000_000;

/** Copying stops at so many times the limit: beyond it the exact size is of no use. */
const COUNTED = 8;

/** Attributes that a message has a field of its own for, or that the relay sets. */
const RESERVED: ReadonlySet<string> = new Set([
  ...[
    'specversion',
    'id',
    'source',
    'type',
    'time',
    'datacontenttype',
    'subject',
    'correlationid',
    'causationid',
    'partitionkey',
    'sequence',
  ],
  ...['traceparent', 'schemaversion', 'tenant', 'data', 'principal', 'seal', PRINCIPAL_CLAIMS],
]);

/**
 * The change that sends a message with its unit. The data is copied now. Throws `OUTBOX_MESSAGE_INVALID`, `OUTBOX_MESSAGE_TOO_LARGE`, `PAYLOAD_REFUSED` or
 * `ENVELOPE_INVALID`, so that what cannot be sent fails where it is said and not in the relay.
 */
export function outboxAdd(message: OutgoingMessage, options: OutboxAddOptions): OutboxAdd {
  const { source, now = Date.now(), maxBytes = DEFAULT_MAX_BYTES } = options;
  const { id: messageId = uuidv7(), channel, key, tenant = '' } = message;
  const { extensions, fault } = withClaims(message);
  const faults = [...faultsOf(message, messageId), ...fault];
  if (faults.length > 0) throw new OutboxMessageInvalidError(message, faults);
  const data = copyData(message, maxBytes);
  const headers = toHeaders(envelopeOf({ ...message, id: messageId, data, extensions }, source, now));
  const unsound = headerFaults(headers);
  if (unsound.length > 0) throw new OutboxMessageInvalidError(message, unsound);
  const body = JSON.stringify(data);
  const size = sizeOf(headers, key, body);
  if (size > maxBytes) throw new OutboxMessageTooLargeError(message, size, maxBytes);
  const hash = outboxHash(channel, key);
  return { kind: OUTBOX_ADD, messageId, tenant, channel, key, keyHash: hash, slot: slotOfHash(hash), headers, body };
}

function faultsOf({ channel, key, type, extensions = {} }: OutgoingMessage, messageId: string): string[] {
  return [
    ...(isUuid(String(messageId)) ? [] : [`its id "${messageId}" is not a UUID`]),
    ...nameFaults('channel', channel),
    ...nameFaults('key', key),
    ...(Buffer.byteLength(String(key)) > MOST_KEY_BYTES ? [`its key has more than ${MOST_KEY_BYTES} bytes`] : []),
    ...(String(type).length > MOST_NAME_CHARACTERS ? [`its type has more than ${MOST_NAME_CHARACTERS} characters`] : []),
    ...Object.keys(extensions).flatMap((name) =>
      RESERVED.has(name) ? [`the extension ${name} is an attribute of the message itself`] : [],
    ),
  ];
}

function withClaims({ principal, extensions }: OutgoingMessage): { extensions: OutgoingMessage['extensions']; fault: string[] } {
  if (principal === undefined) return { extensions, fault: [] };
  const claims = checkedClaims(principal);
  if ('fault' in claims) return { extensions, fault: [`the claims of its principal cannot be read: ${claims.fault}`] };
  return { extensions: { ...extensions, [PRINCIPAL_CLAIMS]: claims.text }, fault: [] };
}

function nameFaults(what: string, value: unknown): string[] {
  if (value === undefined) return [`its ${what} is missing`];
  if (typeof value !== 'string') return [`its ${what} is a ${typeof value}, not text`];
  return value === '' ? [`its ${what} is empty`] : textFaults(`its ${what}`, value);
}

/** All values are looked at together: almost always there is nothing to find. */
function headerFaults(headers: Readonly<Record<string, string>>): string[] {
  if (textFaults('', Object.values(headers).join('\n')).length === 0) return [];
  return Object.entries(headers).flatMap(([name, value]) => textFaults(`the header ${name}`, value));
}

function textFaults(what: string, value: string): string[] {
  if (value.includes('\0')) return [`${what} has a NUL character`];
  return isWellFormed(value) ? [] : [`${what} has half of a character`];
}

function copyData(message: OutgoingMessage, maxBytes: number): JsonValue {
  const counted = maxBytes * COUNTED;
  try {
    return copyJson(message.data, { bytes: counted, depth: DEFAULT_PAYLOAD_LIMITS.depth }, { message: message.type });
  } catch (error) {
    if (!isMinosError(error, 'PAYLOAD_REFUSED') || error.details['reason'] !== 'payload.size') throw error;
    throw new OutboxMessageTooLargeError(message, counted, maxBytes, false);
  }
}

function envelopeOf(message: OutgoingMessage, source: string, now: number): Envelope {
  return createEnvelope({
    id: message.id ?? '',
    source,
    type: message.type,
    time: new Date(now).toISOString(),
    subject: message.subject,
    correlationid: message.correlationId,
    causationid: message.causationId,
    partitionkey: message.key,
    traceparent: message.traceparent,
    schemaversion: message.schemaVersion ?? 1,
    tenant: message.tenant,
    extensions: message.extensions,
    data: message.data,
  });
}

function sizeOf(headers: Readonly<Record<string, string>>, key: string, body: string): number {
  const names = Object.keys(headers);
  return Buffer.byteLength(key) + Buffer.byteLength(body) + names.join('').length + Buffer.byteLength(Object.values(headers).join(''));
}
