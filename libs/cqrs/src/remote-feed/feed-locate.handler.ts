import type { EventStore } from '@minos/event-sourcing';
import type { MessageContext } from '@minos/messaging/contracts';
import { QueryHandler } from '@nestjs/cqrs';
import { OutsideBehaviours } from '../behaviours/behaviours.decorator.js';
import { locateIn } from '../projection/projection-source.js';
import { demandSound, TYPES_RULE, unparked } from './feed-query-rules.js';
import type { FeedReaders } from './feed-readers.js';
import { type FeedLocate, type FeedLocateAnswer, feedLocateQuery } from './feed-locate.query.js';

const LONGEST_STREAM = 500;

export interface FeedLocateHandler {
  /** Rejections: `FEED_READ_REFUSED`, `FEED_READ_INVALID`, and `FEED_READ_FAILED`, also where the stream is not so far. */
  execute(query: FeedLocate, context?: MessageContext): Promise<FeedLocateAnswer>;
}

/** Tells other services where in the feed an event is that a consistency token of theirs is about. */
export function feedLocateHandler(service: string, store: EventStore, readers: FeedReaders): FeedLocateHandler {
  @OutsideBehaviours()
  @QueryHandler(feedLocateQuery(service))
  class FeedLocateOfService implements FeedLocateHandler {
    async execute({ stream, version, types }: FeedLocate, context?: MessageContext): Promise<FeedLocateAnswer> {
      readers.demand(context);
      demandSound({ stream, version, types }, [TYPES_RULE, STREAM_RULE, VERSION_RULE]);
      return unparked(async () => ({ position: (await locateIn(store, { service, stream, version }, types)) ?? null }));
    }
  }
  return new FeedLocateOfService();
}

const STREAM_RULE = [
  ({ stream }: FeedLocate) => typeof stream === 'string' && stream !== '' && stream.length <= LONGEST_STREAM && !stream.includes('\0'),
  'stream is no name of a stream',
] as const;
const VERSION_RULE = [
  ({ version }: FeedLocate) => Number.isSafeInteger(version) && version >= 1,
  'version is no whole number from 1',
] as const;
