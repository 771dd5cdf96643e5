import { type ConsistencyMark, NotYetConsistentError } from '@minos/common';
import type { EventFeed, EventStore, FeedPosition, RecordedEvent, StreamName } from '@minos/event-sourcing';

/** Where the events of a projection come from. */
export interface ProjectionSource {
  /** The service whose events they are. */
  readonly service: string;
  readonly feed: EventFeed;
  /** Whether anything is known of the feed: another service may not have answered yet. */
  isKnown(): boolean;
  /**
   * The position of the last event of these types in the stream up to the mark: who has passed it has handled what the mark tells of. `undefined` where none concerns them.
   * Rejects with `NOT_YET_CONSISTENT` where the stream is not so far (a token is given out after the commit), and where its owner does not tell within so many milliseconds.
   */
  locate(mark: ConsistencyMark, types: readonly string[], withinMs: number): Promise<FeedPosition | undefined>;
}

/** How far back an event is looked for: so many pages of so many events. */
const PAGE = 20;
const PAGES = 5;

/** {@link ProjectionSource.locate} in the store of the service itself. Looks back for a while only: where it finds none there, it gives the position of the mark. */
export async function locateIn(
  store: Pick<EventStore, 'read'>,
  mark: ConsistencyMark,
  types: readonly string[],
): Promise<FeedPosition | undefined> {
  let events = await backward(store, mark, mark.version);
  const marked = events[0];
  if (marked?.version !== mark.version) throw new NotYetConsistentError(mark, marked?.version ?? 0);
  for (let page = 1; page <= PAGES; page++) {
    const found = events.find(({ type }) => types.includes(type));
    const older = (events.at(-1) ?? marked).version - 1;
    if (found !== undefined || older === 0) return found?.position;
    events = await backward(store, mark, older);
  }
  return marked.position;
}

function backward(store: Pick<EventStore, 'read'>, { stream }: ConsistencyMark, from: number): Promise<readonly RecordedEvent[]> {
  return store.read(stream as StreamName, { from, direction: 'backward', limit: PAGE });
}
