import type { FeedPosition, RecordedEvent } from './event-store.js';

export interface FeedReadOptions {
  /** At the most so many events. @default 500 */
  readonly limit?: number;
  /** Only these types; the page still says how far it looked. @default all */
  readonly types?: readonly string[];
  /** Only streams of this category: those of one kind of aggregate. @default all */
  readonly category?: string;
  /** Only this tenant. @default all tenants */
  readonly tenant?: string;
  /** Ends a read that waits for somebody else, by rejecting; one that reads a database of its own may go on to its end. @default waits */
  readonly signal?: AbortSignal;
}

export interface FeedPage {
  /** In position order, which within a stream is version order. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was looked at: the checkpoint after handling `events`. Equals the given position when there was nothing. */
  readonly covered: FeedPosition;
  /** Whether more was settled than this page took. */
  readonly more: boolean;
}

/** How far the feed can be read, and what holds it back. */
export interface FeedHorizon {
  /** The highest position that is settled: everything up to it has committed or never will. */
  readonly settled: FeedPosition;
  /** The highest position that has committed. */
  readonly latest: FeedPosition;
  /** How long, in seconds, the oldest unsettled position has been waited for; 0 when `settled` is `latest`. */
  readonly ageSeconds: number;
  /** Backends that hold it back, where the store can name them. */
  readonly blockedBy: readonly number[];
}

/** What waits behind a position. */
export interface FeedBacklog {
  /** Positions behind it at the most; 0 means that none waits, as far as is known. */
  readonly events: number;
  /** Age of the oldest event that waits, or, where that is not known, for how long one has waited. */
  readonly seconds: number;
}

/**
 * All events of a store in one order that every reader sees alike.
 *
 * A page never contains an event before one of the same stream with a lower version, and no event that commits later ever
 * appears at or below `covered`: reading on from `covered` loses nothing. Events become readable after their commit within the feed's delay.
 */
export interface EventFeed {
  /** The position before the first event. */
  readonly beginning: FeedPosition;
  /** Settled events behind `after`. Does not wait. */
  read(after: FeedPosition, options?: FeedReadOptions): Promise<FeedPage>;
  horizon(): Promise<FeedHorizon>;
  /**
   * Resolves when something may have become readable since the call, or after `timeoutMs`, or when `signal` aborts (it does not reject). With `after`,
   * the `covered` of the page that made the caller wait, it resolves at once if there may be an event behind it already: nothing that came
   * between the page and this call is waited past.
   */
  changed(timeoutMs: number, signal?: AbortSignal, after?: FeedPosition): Promise<void>;
  /**
   * How far a reader that stands at `after` is behind, from what is known here: for feeds whose reading is not to be paid for by everybody who looks at a reader's
   * progress. @default told by reading
   */
  backlog?(after: FeedPosition): FeedBacklog;
  /** Ends every wait and frees what the feed holds. Idempotent. */
  close(): Promise<void>;
}
