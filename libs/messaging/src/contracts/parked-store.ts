import type { Change } from '@minos/common';
import type { PartitionRef, StoredMessage } from './broker.js';

export const PARK_MESSAGE = 'messaging.park';
export const UNPARK_MESSAGE = 'messaging.unpark';
export const PARK_AGAIN = 'messaging.park-again';
export const EDIT_PARKED = 'messaging.edit-parked';
export const END_PARKED_ACTION = 'messaging.end-parked-action';

/** A key of a channel of which the consumer handles nothing before its first parked message is dealt with. */
export interface ParkedKeyRef {
  readonly consumer: string;
  readonly channel: string;
  readonly key: string;
}

/** One parked message. `place` ascends in the order in which the messages of a key were parked, which is the order in which they are drained. */
export interface ParkedPlace extends ParkedKeyRef {
  readonly place: bigint;
}

export interface ParkedCause {
  /** The error's stable code, or its name. */
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
}

export interface ParkedMessage extends ParkedPlace {
  readonly tenant: string;
  /** What its mark in the inbox is, or would be. */
  readonly messageId: string;
  /** Empty where it cannot be read. */
  readonly type: string;
  /** The message as the broker gave it, or as it was edited. */
  readonly stored: StoredMessage;
  /** Why it could not be handled; none where it only stands behind one that could not. */
  readonly cause?: ParkedCause;
  readonly attempts: number;
  /** The release of the code that parked it, as the consumer was told. */
  readonly codeVersion: string;
  /** Milliseconds since the epoch, on the store's clock. */
  readonly parkedAt: number;
}

/** Appends a message to the parked ones of its key. Refused with `MESSAGE_ALREADY_PARKED` where this offset of the partition is among them. */
export interface ParkMessage extends Change {
  readonly kind: typeof PARK_MESSAGE;
  readonly consumer: string;
  readonly messageId: string;
  readonly type: string;
  readonly stored: StoredMessage;
  readonly cause?: ParkedCause;
  readonly attempts: number;
  readonly codeVersion: string;
  /** The key asks to be retried by itself so much later, in milliseconds. Counts for the message that parks the key. */
  readonly retryAfterMs?: number;
}

/**
 * Takes a message out, and with the last one of its key the key; retries of the key that were asked for have then ended as `done`. Result: {@link Unparked}.
 * Refused with `PARKED_MESSAGE_GONE` where it is not there.
 */
export interface UnparkMessage extends Change, ParkedPlace {
  readonly kind: typeof UNPARK_MESSAGE;
  /** The action that discards it, which then keeps what was discarded. */
  readonly action?: bigint;
}

export interface Unparked {
  /** Whether further messages of the key are parked. */
  readonly left: boolean;
}

/** Notes a further failure of a parked message; retries of the key that were asked for have then ended as `failed`. Refused with `PARKED_MESSAGE_GONE`. */
export interface ParkAgain extends Change, ParkedPlace {
  readonly kind: typeof PARK_AGAIN;
  readonly cause: ParkedCause;
  /** In all. */
  readonly attempts: number;
  readonly codeVersion: string;
  readonly retryAfterMs?: number;
}

/** Gives a parked message other headers or another body; the action keeps those it had. Refused with `PARKED_MESSAGE_GONE`. */
export interface EditParked extends Change, ParkedPlace {
  readonly kind: typeof EDIT_PARKED;
  readonly action: bigint;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** `done`: carried out; `failed`: a message failed again, and the key stays parked; `gone`: there was nothing left to do it to. */
export type ParkedOutcome = 'done' | 'failed' | 'gone';

/** Says how actions of operators ended. Those that have ended already keep what they have. */
export interface EndParkedAction extends Change, ParkedKeyRef {
  readonly kind: typeof END_PARKED_ACTION;
  readonly actions: readonly bigint[];
  readonly outcome: ParkedOutcome;
  readonly detail?: string;
}

export type ParkedActionKind = 'retry' | 'edit' | 'discard';

/** Something that an operator wants done with a parked key or message: a row that the owner of the partition picks up, and that stays for audit. */
export interface ParkedAction extends ParkedKeyRef {
  /** Ascends. */
  readonly id: bigint;
  readonly partition: number;
  readonly action: ParkedActionKind;
  /** The message; a retry concerns the whole key and has none. */
  readonly place?: bigint;
  /** What an edit sets. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Who asked for it. */
  readonly by: string;
  readonly reason?: string;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  readonly ended?: { readonly outcome: ParkedOutcome; readonly detail?: string; readonly at: number };
  /** What an edit replaced or a discard removed. */
  readonly before?: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array };
}

/** Which keys; conditions are joined by "and". */
export interface ParkedFilter {
  readonly consumer?: string;
  readonly channel?: string;
  readonly key?: string;
  /** Code of the cause for which the key was parked, that is of its first message. */
  readonly cause?: string;
  /** Type of its first message. */
  readonly type?: string;
}

/** Which actions; conditions are joined by "and". */
export interface ParkedActionFilter {
  readonly consumer?: string;
  readonly channel?: string;
  readonly key?: string;
  /** Who asked for it. */
  readonly by?: string;
  readonly ids?: readonly bigint[];
}

/** How much fits a filter. */
export interface ParkedTotals {
  readonly keys: number;
  readonly messages: number;
}

export interface ParkedKeySummary extends ParkedKeyRef {
  readonly partition: number;
  readonly messages: number;
  /** Of the first message. */
  readonly cause?: ParkedCause;
  readonly type: string;
  readonly attempts: number;
  readonly parkedAt: number;
  /** `retrying` while a retry that was asked for has not ended. */
  readonly state: 'parked' | 'retrying';
}

/** What an operator asks for. A retry concerns every key of the filter; an edit one message; a discard one message, or all that the keys of the filter have now. */
export interface ParkedRequest {
  readonly action: ParkedActionKind;
  readonly filter: ParkedFilter;
  readonly place?: bigint;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly by: string;
  readonly reason?: string;
}

/** What waits for the owner of partitions. */
export interface ParkedWork {
  /** Actions that have not ended, in the order of their ids. */
  readonly actions: readonly ParkedAction[];
  /** Keys whose time to be retried has come. */
  readonly due: readonly ParkedKeyRef[];
  /** Parked messages of the consumer in all partitions. */
  readonly messages: number;
}

/** A parked key as the owner of its partition knows it. */
export interface ParkedCount {
  readonly key: string;
  readonly messages: number;
}

/**
 * Parked messages. Only the owner of a partition parks and drains; what it writes are changes of the unit of work, which it fences by its epoch.
 * Operators read, and ask with {@link request}.
 */
export interface ParkedStore {
  /** The parked keys of a partition. */
  keys(consumer: string, partition: PartitionRef): Promise<readonly ParkedCount[]>;
  /** The first parked message of a key. */
  first(key: ParkedKeyRef): Promise<ParkedMessage | undefined>;
  message(place: ParkedPlace): Promise<ParkedMessage | undefined>;
  /** What waits for the owner of these partitions; at most `limit` actions and as many due keys. */
  work(consumer: string, partitions: readonly PartitionRef[], limit: number): Promise<ParkedWork>;

  /** Parked keys, the longest parked first. */
  list(filter: ParkedFilter, page: { readonly limit: number; readonly skip: number }): Promise<readonly ParkedKeySummary[]>;
  /** The parked messages of a key in their order, behind `after`. */
  messages(key: ParkedKeyRef, page: { readonly limit: number; readonly after?: bigint }): Promise<readonly ParkedMessage[]>;
  /** How many keys fit, and how many messages they have. */
  totals(filter: ParkedFilter): Promise<ParkedTotals>;
  /** Actions, the newest first, those with ids below `before`; also on keys that are not parked any more. */
  actions(filter: ParkedActionFilter, page: { readonly limit: number; readonly before?: bigint }): Promise<readonly ParkedAction[]>;
  /** Writes one action for each key (retry) or message (edit, discard) that it concerns, and returns their ids. Atomic. */
  request(request: ParkedRequest): Promise<readonly bigint[]>;
}
