import { type Clock, isRejection, NotYetConsistentError } from '@minos/common';
import type { EventFeed, EventStore } from '@minos/event-sourcing';
import { channelsOf, type Requests } from '@minos/messaging';
import type { Broker } from '@minos/messaging/contracts';
import { locateIn, type ProjectionSource } from '../projection/projection-source.js';
import { type FeedLocateAnswer, feedLocateName, locatedPosition } from './feed-locate.query.js';
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

const PATIENCE_MS = 2_000;
const AGAIN_MS = 50;

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
    const locate: ProjectionSource['locate'] = async (mark, types, withinMs) => {
      const { stream, version } = mark;
      const message = {
        channel: channelsOf(owner).commands,
        key: stream,
        type: feedLocateName(owner),
        data: { stream, version, types: [...types] },
      };
      const deadline = clock.monotonic() + withinMs;
      for (;;) {
        const left = Math.max(1, Math.round(deadline - clock.monotonic()));
        try {
          // A query is often answered in a unit of work, of which this is no part.
          return locatedPosition(
            (await requests.askMessage(message, { timeout: Math.min(PATIENCE_MS, left), detached: true })) as FeedLocateAnswer,
          );
        } catch (error) {
          // Whatever keeps the owner from telling: it is not known whether the view is so new. One that is just starting may tell when it is asked again.
          if (isRejection(error) || clock.monotonic() >= deadline) throw new NotYetConsistentError(mark, version - 1, { cause: error });
          await clock.sleep(Math.min(AGAIN_MS, left));
        }
      }
    };
    const feed = new RemoteEventFeed({ owner, requests, broker, clock });
    return { service: owner, feed, isKnown: () => feed.isKnown, locate };
  }
}
