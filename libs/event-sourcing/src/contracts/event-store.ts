import type { Change, JsonObject, JsonValue } from '@minos/common';

export type { JsonObject, JsonValue } from '@minos/common';

/** The name of a stream: `<category>-<id>`, where the category has no hyphen; see {@link streamName}. At most 500 characters. */
export type StreamName = string & { readonly __stream: unique symbol };

/** Where an event stands in the feed of its store: opaque, ascending by {@link comparePositions}, never a promise of being gapless. */
export type FeedPosition = string & { readonly __position: unique symbol };

/**
 * What the writer believes of the stream: `no-stream` (it has no event and was never closed), `any` (append behind whatever is there;
 * a closed stream is still refused), or the version of its last event. The first event of a stream has version 1.
 */
export type ExpectedVersion = number | 'no-stream' | 'any';

/** Who and what led to an event; written as it is, and read back with it. */
export interface EventMetadata {
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly principal?: JsonValue;
  readonly traceparent?: string;
  readonly [key: string]: JsonValue | undefined;
}

export interface NewEvent {
  /** UUID; appending the same ids again is answered with the first result. @default a new UUIDv7 */
  readonly id?: string;
  /** Durable name, for example `order.placed`. */
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly metadata?: EventMetadata;
}

export interface RecordedEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly stream: StreamName;
  /** 1, 2, 3 … without a hole. */
  readonly version: number;
  readonly position: FeedPosition;
  readonly tenant: string;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
  /** When the store wrote it, on the store's clock. */
  readonly recordedAt: Date;
}

export interface AppendResult {
  readonly stream: StreamName;
  /** Version of the last event appended. */
  readonly version: number;
  /** Position of the last event appended. */
  readonly position: FeedPosition;
  /** Whether these event ids were stored before and nothing was written now. */
  readonly duplicate: boolean;
}

export interface ReadOptions {
  /** First version to read, inclusive. @default 1 forward, the last backward */
  readonly from?: number;
  /** @default 'forward' */
  readonly direction?: 'forward' | 'backward';
  /** At the most so many events. @default no limit */
  readonly limit?: number;
  /** @default the tenant of the surrounding unit or context, or '' */
  readonly tenant?: string;
  /** Reject with `STREAM_CLOSED` where the stream is closed, in the same round trip. @default false */
  readonly mustBeOpen?: boolean;
}

/** What is stored of a stream. */
export interface StreamState {
  /** Version of the last event; 0 where there is none. */
  readonly version: number;
  /** Closed by a tombstone: nothing can be appended any more, what was written can still be read. */
  readonly closed: boolean;
}

export const APPEND_EVENTS = 'event-store.append';
export const CLOSE_STREAM = 'event-store.close';
export const GUARD_STREAM = 'event-store.guard';

/** Appends events to one stream. The committed result is an {@link AppendResult}. */
export interface AppendEvents extends Change {
  readonly kind: typeof APPEND_EVENTS;
  readonly stream: StreamName;
  readonly expectedVersion: ExpectedVersion;
  /** At least one. */
  readonly events: readonly Required<NewEvent>[];
}

/** Closes a stream with a tombstone. */
export interface CloseStream extends Change {
  readonly kind: typeof CLOSE_STREAM;
  readonly stream: StreamName;
  readonly expectedVersion: ExpectedVersion;
}

/** Writes nothing; holds if the stream has exactly this version (0: no event) and has the given openness. */
export interface GuardStream extends Change {
  readonly kind: typeof GUARD_STREAM;
  readonly stream: StreamName;
  readonly version: number;
}

/**
 * Streams of events with optimistic concurrency.
 *
 * Inside an open unit `append` and `close` enlist and return; they take effect with the unit's commit, all or none over all
 * streams. Without one each call is a unit of its own. Reads see what has committed (and, in a pinned unit, what it has flushed).
 *
 * Rejections: `CONCURRENCY_CONFLICT` (the expected version did not hold; retry after reading again), `STREAM_CLOSED`,
 * `EVENT_ID_REUSED` (an id is stored already, but not this list in this order at one place of this stream), and those of the unit of work.
 * Idempotence: an append whose ids are all stored in this order in this stream resolves with the first result, whatever it expected.
 */
export interface EventStore {
  /** Resolves when committed; inside an open unit at once, with `undefined`. The result is then on the enlisted change. */
  append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: { readonly expectedVersion: ExpectedVersion },
  ): Promise<AppendResult | undefined>;
  /** Closes the stream for good. Closing a closed stream does nothing. */
  close(stream: StreamName, options: { readonly expectedVersion: ExpectedVersion }): Promise<void>;
  /** Events of one stream in version order (or the reverse); none for a stream that does not exist. */
  read(stream: StreamName, options?: ReadOptions): Promise<RecordedEvent[]>;
  state(stream: StreamName, options?: { readonly tenant?: string }): Promise<StreamState>;
}
