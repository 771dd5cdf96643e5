import type { EventFeed, FeedHorizon, FeedPage, FeedReadOptions } from '../contracts/event-feed.js';
import type { FeedPosition } from '../contracts/event-store.js';
import { toFeedPosition } from '../stream/feed-position.js';
import { partsOfStream } from '../stream/stream-name.js';
import { toRecordedEvent } from './memory-event-log.js';
import type { MemoryEventLog } from './memory-event-log.js';

/** The feed of a memory store. Everything is settled as soon as it is there. */
export class MemoryEventFeed implements EventFeed {
  readonly beginning = toFeedPosition(0);
  private readonly waits = new Set<() => void>();
  private closed = false;

  constructor(private readonly log: MemoryEventLog) {}

  async read(after: FeedPosition, { limit = 500, types, category, tenant }: FeedReadOptions = {}): Promise<FeedPage> {
    const behind = this.log.after(BigInt(after));
    const wanted = behind.filter(
      (event) =>
        (!types || types.includes(event.type)) &&
        (category === undefined || partsOfStream(event.stream).category === category) &&
        (tenant === undefined || event.tenant === tenant),
    );
    const page = wanted.slice(0, limit);
    const more = wanted.length > page.length;
    const covered = more ? page.at(-1)?.position : behind.at(-1)?.position;
    return { events: page.map(toRecordedEvent), covered: covered ?? after, more };
  }

  async horizon(): Promise<FeedHorizon> {
    const latest = toFeedPosition(this.log.latestPosition);
    return { settled: latest, latest, ageSeconds: 0, blockedBy: [] };
  }

  changed(timeoutMs: number, signal?: AbortSignal, after?: FeedPosition): Promise<void> {
    const behind = after !== undefined && this.log.latestPosition > BigInt(after);
    if (this.closed || signal?.aborted || behind) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stopListening();
        signal?.removeEventListener('abort', end);
        this.waits.delete(end);
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      timer.unref();
      const stopListening = this.log.onAppend(end);
      signal?.addEventListener('abort', end, { once: true });
      this.waits.add(end);
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const end of [...this.waits]) end();
  }
}
