import { uuidv7 } from '@minos/common';
import type { UnitOfWork } from '@minos/common';
import type { EventStore, NewEvent, StreamName } from '../contracts/event-store.js';
import { streamName } from '../stream/stream-name.js';

/** An adapter under test. One is opened for the whole suite; the tests use streams of their own. */
export interface EventStoreUnderTest {
  readonly store: EventStore;
  readonly unitOfWork: UnitOfWork;
  close?(): Promise<void>;
}

export type Subject = () => EventStoreUnderTest;

export const fresh = (): StreamName => streamName('thing', uuidv7());
export const event = (n: number, id?: string): NewEvent => ({
  ...(id ? { id } : {}),
  type: 'thing.happened',
  schemaVersion: 1,
  data: { n },
});
export const events = (...numbers: number[]): NewEvent[] => numbers.map((n) => event(n));

export async function numbersIn(store: EventStore, stream: StreamName): Promise<unknown[]> {
  return (await store.read(stream)).map(({ data }) => data.n);
}
