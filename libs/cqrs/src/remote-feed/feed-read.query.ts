import { type MessageClass, Query } from '@minos/common';
import { comparePositions, type EventMetadata, type FeedPage, type FeedPosition, type RecordedEvent } from '@minos/event-sourcing';
import { FeedAnswerInvalidError } from '../errors/feed.errors.js';

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

const POSITION = /^\d{1,18}$/;

export function isPosition(given: unknown): given is FeedPosition {
  return typeof given === 'string' && POSITION.test(given);
}

/** The page of an answer. Throws `FEED_ANSWER_INVALID`: what another service says is looked at before it is believed. */
export function receivedPage(answer: FeedReadAnswer, { after, types }: FeedRead): FeedPage {
  const { events, covered, more, latest } = answer;
  const fault = FAULTS.find(([is]) => is(answer, { after: after as FeedPosition, types }));
  if (fault !== undefined) throw new FeedAnswerInvalidError(`${fault[1]} (after ${after}: covered ${covered}, latest ${latest})`);
  return {
    events: events.map((event) => ({ ...event, metadata: event.metadata as EventMetadata, recordedAt: new Date(event.recordedAt) })),
    covered: covered as FeedPosition,
    more,
  };
}

type Asked = { readonly after: FeedPosition; readonly types: readonly string[] };
const isUp = (low: FeedPosition, high: FeedPosition): boolean => comparePositions(low, high) < 0;

const FAULTS: readonly (readonly [is: (answer: FeedReadAnswer, asked: Asked) => boolean, what: string])[] = [
  [({ events }) => !Array.isArray(events), 'it has no events'],
  [({ covered, latest }) => !isPosition(covered) || !isPosition(latest), 'its positions are none'],
  [({ covered }, { after }) => isUp(covered as FeedPosition, after), 'it ends before it began'],
  [({ covered, latest }) => isUp(latest as FeedPosition, covered as FeedPosition), 'it has read further than the feed goes'],
  [({ more, covered }, { after }) => more && covered === after, 'it says that there is more, and gives nothing'],
  [({ events, covered }, { after }) => !ascends([after, ...events.map(({ position }) => position)], covered), 'its events are in no order'],
  [({ events }, { types }) => events.some(({ type }) => !types.includes(type)), 'it has events of types that were not asked for'],
];

function ascends(positions: readonly FeedPosition[], last: string): boolean {
  const isInOrder = positions.every(
    (position, index) => isPosition(position) && (index === 0 || isUp(positions[index - 1] as FeedPosition, position)),
  );
  const end = positions.at(-1);
  return isInOrder && end !== undefined && !isUp(last as FeedPosition, end);
}
