import type { Change, JsonValue, Principal } from '@minos/common';

/** A message that shall leave this service when its unit has committed. Plain data: no message class is needed. */
export interface OutgoingMessage {
  /** UUID; with the service's name it identifies the message for ever, over every retry. @default a new UUIDv7 */
  readonly id?: string;
  readonly channel: string;
  /** Messages of one channel with one key leave in the order of their commits. */
  readonly key: string;
  /** Durable name, for example `stock.reserve`. */
  readonly type: string;
  /** A whole number from 1. @default 1 */
  readonly schemaVersion?: number;
  readonly data: JsonValue;
  /** What it is about. */
  readonly subject?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly tenant?: string;
  /** On whose authority it is sent. @default the service's own */
  readonly principal?: Principal;
  /** Further CloudEvents extensions: lower-case letters and digits. */
  readonly extensions?: Readonly<Record<string, string>>;
}

/** Fixed: relays of all releases divide the keys in the same way. */
export const OUTBOX_SLOTS = 64;

export const OUTBOX_ADD = 'messaging.outbox-add';

/** Adds a message to the outbox; its result is the message's id. The same id may be added again, and then leaves again: consumers know it by its id. */
export interface OutboxAdd extends Change {
  readonly kind: typeof OUTBOX_ADD;
  readonly messageId: string;
  readonly tenant: string;
  readonly channel: string;
  readonly key: string;
  /** `keyHash(channel + key)` */
  readonly keyHash: number;
  readonly slot: number;
  /** All but `sequence`. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** A message that waits in the outbox, ready to be published. */
export interface OutboxRecord {
  /** Ascends in the order of the commits for each channel and key; becomes the `sequence` of the message. */
  readonly id: bigint;
  readonly messageId: string;
  readonly channel: string;
  readonly key: string;
  /** `keyHash(channel + key)` modulo the number of slots: relays lease slots, so one key has one relay. */
  readonly slot: number;
  /** All but `sequence`. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** Milliseconds since it was committed, on the database's clock. */
  readonly ageMs: number;
}
