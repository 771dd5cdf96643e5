import type { EventFeed, FeedPage, FeedPosition, RecordedEvent } from '@minos/event-sourcing';
import type { MessageContext } from '@minos/messaging/contracts';
import { QueryHandler } from '@nestjs/cqrs';
import { OutsideBehaviours } from '../behaviours/behaviours.decorator.js';
import { FeedEventTooLargeError } from '../errors/feed.errors.js';
import { demandSound, TYPES_RULE, unparked } from './feed-query-rules.js';
import type { FeedReaders } from './feed-readers.js';
import { type FeedRead, type FeedReadAnswer, feedReadQuery, isPosition, sentPage } from './feed-read.query.js';

/** A page is one message: it stays well below what an outbox and a broker take. */
const MOST_BYTES = 400_000;
/** One event alone has to fit, too. */
const LARGEST_BYTES = 950_000;
const MOST_EVENTS = 1_000;
/** So many are read at once: they may be large, and most of what is read shall fit. */
const AT_ONCE = 50;

export interface FeedReadHandler {
  /** Rejections: `FEED_READ_REFUSED`, `FEED_READ_INVALID`, `FEED_READ_FAILED`. */
  execute(query: FeedRead, context?: MessageContext): Promise<FeedReadAnswer>;
}

/** Answers other services that build views on this service's events, from its own feed. A class for each service: the query has the service's name. */
export function feedReadHandler(service: string, feed: EventFeed, readers: FeedReaders): FeedReadHandler {
  @OutsideBehaviours()
  @QueryHandler(feedReadQuery(service))
  class FeedReadOfService implements FeedReadHandler {
    async execute({ types, after, limit }: FeedRead, context?: MessageContext): Promise<FeedReadAnswer> {
      readers.demand(context);
      demandSound({ types, after, limit }, [TYPES_RULE, AFTER_RULE, LIMIT_RULE]);
      return unparked(async () => {
        const { latest } = await feed.horizon();
        return sentPage(await readPage(feed, { types, after, limit }), latest);
      });
    }
  }
  return new FeedReadOfService();
}

const AFTER_RULE = [({ after }: FeedRead) => isPosition(after), 'after is no position of a feed'] as const;
const LIMIT_RULE = [
  ({ limit }: FeedRead) => Number.isInteger(limit) && limit >= 1 && limit <= MOST_EVENTS,
  `limit is no whole number from 1 to ${MOST_EVENTS}`,
] as const;

/** As many of the events as fit into one message, one at the least. */
async function readPage(feed: EventFeed, { types, after, limit }: FeedRead): Promise<FeedPage> {
  const events: RecordedEvent[] = [];
  let covered = after as FeedPosition;
  for (let bytes = 0; ;) {
    const page = await feed.read(covered, { types, limit: Math.min(AT_ONCE, limit - events.length) });
    for (const event of page.events) {
      const size = Buffer.byteLength(JSON.stringify(event));
      if (size > LARGEST_BYTES) throw new FeedEventTooLargeError(event, size);
      bytes += size;
      if (bytes > MOST_BYTES && events.length > 0) return { events, covered, more: true };
      events.push(event);
      covered = event.position;
    }
    covered = page.covered;
    // A page without events has looked far enough for one answer.
    if (!page.more || page.events.length === 0 || events.length >= limit) return { events, covered, more: page.more };
  }
}
