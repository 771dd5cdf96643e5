import { isMinosError, Rejection } from '@minos/common';
import type { EventFeed, FeedPage, FeedPosition } from '@minos/event-sourcing';
import type { MessageContext } from '@minos/messaging/contracts';
import { QueryHandler } from '@nestjs/cqrs';
import { OutsideBehaviours } from '../behaviours/behaviours.decorator.js';
import { demandSound, type FeedReaders, TYPES_RULE } from './feed-readers.js';
import { type FeedRead, type FeedReadAnswer, feedReadQuery, sentPage } from './feed-read.query.js';

/** A page is one message: it stays well below what an outbox and a broker take. */
const MOST_BYTES = 400_000;
const MOST_EVENTS = 1_000;
const POSITION = /^\d{1,18}$/;

export interface FeedReadHandler {
  /** Rejections: `FEED_READ_REFUSED`, `FEED_READ_INVALID`. */
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
      const { latest } = await feed.horizon();
      const page = await feed.read(after as FeedPosition, { types, limit }).catch(rejecting);
      return sentPage(cut(page, after as FeedPosition), latest);
    }
  }
  return new FeedReadOfService();
}

const AFTER_RULE = [({ after }: FeedRead) => typeof after === 'string' && POSITION.test(after), 'after is no position of a feed'] as const;
const LIMIT_RULE = [
  ({ limit }: FeedRead) => Number.isInteger(limit) && limit >= 1 && limit <= MOST_EVENTS,
  `limit is no whole number from 1 to ${MOST_EVENTS}`,
] as const;

/** A position that is none of this feed (any more) is the asker's matter: tried again it would park the query. */
function rejecting(error: unknown): never {
  if (isMinosError(error, 'FEED_POSITION_AHEAD') || isMinosError(error, 'FEED_POSITION_INVALID'))
    throw new Rejection('FEED_READ_INVALID', error.message);
  throw error;
}

/** As many of the events as fit into one message, one at the least. */
function cut(page: FeedPage, after: FeedPosition): FeedPage {
  let bytes = 0;
  const fit = page.events.findIndex((event) => (bytes += Buffer.byteLength(JSON.stringify(event))) > MOST_BYTES);
  if (fit < 0) return page;
  const events = page.events.slice(0, Math.max(1, fit));
  return { events, covered: events.at(-1)?.position ?? after, more: true };
}
