import { CLOCK, type Clock, SERVICE_NAME, SystemClock } from '@minos/common';
import { EVENT_FEED, EVENT_STORE, type EventFeed, type EventStore } from '@minos/event-sourcing';
import { Requests } from '@minos/messaging';
import type { Broker } from '@minos/messaging/contracts';
import { BROKER } from '@minos/messaging/module';
import type { InjectionToken, OptionalFactoryDependency, Provider } from '@nestjs/common';
import { FEED_READERS } from '../tokens.js';
import { feedLocateHandler } from './feed-locate.handler.js';
import { feedReadHandler } from './feed-read.handler.js';
import { FeedReaders } from './feed-readers.js';
import { ProjectionSources } from './projection-sources.js';

const optional = (token: InjectionToken): OptionalFactoryDependency => ({ token, optional: true });

type SourceParts = [
  service: string | undefined,
  feed: EventFeed | undefined,
  store: EventStore | undefined,
  requests: Requests | undefined,
  broker: Broker | undefined,
  clock: Clock | undefined,
];

/** Where projections get their events from, and the answers that other services get which build views on ours. A service without a name or a feed has neither. */
export const FEED_PROVIDERS: Provider[] = [
  {
    provide: FeedReaders,
    useFactory: (service: string = '', readers?: readonly string[]) => new FeedReaders(service, readers),
    inject: [SERVICE_NAME, FEED_READERS].map(optional),
  },
  {
    provide: Symbol.for('@minos/cqrs/feed-read'),
    useFactory: (readers: FeedReaders, service?: string, feed?: EventFeed) =>
      service === undefined || feed === undefined ? undefined : feedReadHandler(service, feed, readers),
    inject: [FeedReaders, optional(SERVICE_NAME), optional(EVENT_FEED)],
  },
  {
    provide: Symbol.for('@minos/cqrs/feed-locate'),
    useFactory: (readers: FeedReaders, service?: string, store?: EventStore) =>
      service === undefined || store === undefined ? undefined : feedLocateHandler(service, store, readers),
    inject: [FeedReaders, optional(SERVICE_NAME), optional(EVENT_STORE)],
  },
  {
    provide: ProjectionSources,
    useFactory: (...[service = '', feed, store, requests, broker, clock = new SystemClock()]: SourceParts) =>
      new ProjectionSources({ service, feed, store, requests, broker, clock }),
    inject: [SERVICE_NAME, EVENT_FEED, EVENT_STORE, Requests, BROKER, CLOCK].map(optional),
  },
];
