import { type MessageClass, Query } from '@minos/common';
import type { FeedPosition } from '@minos/event-sourcing';
import { FeedAnswerInvalidError } from '../errors/feed.errors.js';
import { isPosition } from './feed-read.query.js';

/** What a service asks of another that has a consistency token of it: where in the feed the last event of these types is, up to that place in the stream. */
export interface FeedLocate {
  readonly stream: string;
  readonly version: number;
  readonly types: readonly string[];
}

export interface FeedLocateAnswer {
  /** `null` where none of these types is there. */
  readonly position: string | null;
}

/** The durable name of the query; its owner is the service whose feed it is about. */
export function feedLocateName(service: string): string {
  return `${service}.feed.locate`;
}

/** The query of one service, as a class that its handler can name. */
export function feedLocateQuery(service: string): MessageClass<FeedLocate> {
  class LocateInFeed extends Query<FeedLocateAnswer> implements FeedLocate {
    constructor(
      readonly stream: string,
      readonly version: number,
      readonly types: readonly string[],
    ) {
      super();
    }
  }
  Query(feedLocateName(service), { owner: service })(LocateInFeed);
  return LocateInFeed;
}

/** Throws `FEED_ANSWER_INVALID`: what another service says is looked at before it is believed. */
export function locatedPosition({ position }: FeedLocateAnswer): FeedPosition | undefined {
  if (position === null) return undefined;
  if (!isPosition(position)) throw new FeedAnswerInvalidError('its position is none');
  return position;
}
