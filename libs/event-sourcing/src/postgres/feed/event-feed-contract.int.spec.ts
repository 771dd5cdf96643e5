import { SystemClock } from '@minos/common';
import { eventFeedContract } from '../../testing/event-feed.contract.js';
import { openTestingStore } from '../testing-store.js';
import { PostgresEventFeed } from './postgres-event-feed.js';

eventFeedContract(async () => {
  const { store, unitOfWork, database, close } = await openTestingStore();
  const another = (): PostgresEventFeed => new PostgresEventFeed({ database, clock: new SystemClock() });
  return { store, unitOfWork, close, feed: another(), another };
});
