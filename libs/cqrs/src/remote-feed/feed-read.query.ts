import { type MessageClass, Query } from '@minos/common';
import type { EventMetadata, FeedPage, FeedPosition, RecordedEvent } from '@minos/event-sourcing';

/** What a service asks of another to build a view on its events: those of these types behind a position, at the most so many. */
export interface FeedRead {
  readonly types: readonly string[];
  readonly after: string;
  readonly limit: number;
}

/** A recorded event on the wire. */
type SentEvent = Omit<RecordedEvent, 'recordedAt' | 'metadata'> & { readonly recordedAt: string; readonly metadata: object };

/** A page of the owner's feed, and how far that feed goes. */
export interface FeedReadAnswer {
  readonly events: readonly SentEvent[];
  readonly covered: string;
  readonly more: boolean;
  readonly latest: string;
}

/** The durable name of the query; its owner is the service whose feed it reads. */
export function feedReadName(service: string): string {
  return `${service}.feed.read`;
}

/** The query of one service, as a class that its handler can name. */
export function feedReadQuery(service: string): MessageClass<FeedRead> {
  class ReadFeed extends Query<FeedReadAnswer> implements FeedRead {
    constructor(
      readonly types: readonly string[],
      readonly after: string,
      readonly limit: number,
    ) {
      super();
    }
  }
  Query(feedReadName(service), { owner: service })(ReadFeed);
  return ReadFeed;
}

export function sentPage({ events, covered, more }: FeedPage, latest: FeedPosition): FeedReadAnswer {
  return { events: events.map((event) => ({ ...event, recordedAt: event.recordedAt.toISOString() })), covered, more, latest };
}

export function receivedPage({ events, covered, more }: FeedReadAnswer): FeedPage {
  return {
    events: events.map((event) => ({ ...event, metadata: event.metadata as EventMetadata, recordedAt: new Date(event.recordedAt) })),
    covered: covered as FeedPosition,
    more,
  };
}
