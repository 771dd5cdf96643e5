import type { Clock, ConsistencyMark } from '@minos/common';
import type { EventFeed, EventStore, FeedPosition } from '@minos/event-sourcing';
import { channelsOf, type Requests } from '@minos/messaging';
import type { Broker } from '@minos/messaging/contracts';
import { locateIn, type ProjectionSource } from '../projection/projection-source.js';
import { type FeedLocateAnswer, feedLocateName } from './feed-locate.query.js';
import { RemoteEventFeed } from './remote-event-feed.js';

/** What of the application is there; all of it is missing without `MinosModule`. */
export interface ProjectionSourcesParts {
  readonly service: string;
  readonly feed: EventFeed | undefined;
  readonly store: EventStore | undefined;
  readonly requests: Requests | undefined;
  readonly broker: Broker | undefined;
  readonly clock: Clock;
}

const PATIENCE = '2s';

/** Where the events of projections come from: the feed of this service, or that of another one. */
export class ProjectionSources {
  constructor(private readonly parts: ProjectionSourcesParts) {}

  /** A source for one reader, which waits on it alone; `undefined` where this application cannot reach it. */
  open(from: string | undefined): ProjectionSource | undefined {
    return from === undefined || from === this.parts.service ? this.own() : this.remote(from);
  }

  private own(): ProjectionSource | undefined {
    const { service, feed, store } = this.parts;
    if (feed === undefined || store === undefined) return undefined;
    return { service, feed, isKnown: () => true, locate: (mark, types) => locateIn(store, mark, types) };
  }

  private remote(owner: string): ProjectionSource | undefined {
    const { requests, broker, clock } = this.parts;
    if (requests === undefined || broker === undefined) return undefined;
    const locate = async ({ stream, version }: ConsistencyMark, types: readonly string[]): Promise<FeedPosition | undefined> => {
      const message = {
        channel: channelsOf(owner).commands,
        key: stream,
        type: feedLocateName(owner),
        data: { stream, version, types: [...types] },
      };
      const { position } = (await requests.askMessage(message, { timeout: PATIENCE })) as FeedLocateAnswer;
      return position === null ? undefined : (position as FeedPosition);
    };
    const feed = new RemoteEventFeed({ owner, requests, broker, clock });
    return { service: owner, feed, isKnown: () => feed.isKnown, locate };
  }
}
