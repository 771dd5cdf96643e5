import { SystemClock } from '@minos/common';
import type { Clock } from '@minos/common';
import type { AppendEvents, JsonObject, EventMetadata, RecordedEvent, StreamName, StreamState } from '../contracts/event-store.js';
import { toFeedPosition } from '../stream/feed-position.js';

/** An event as it is kept: its content as text, so that nobody changes it through what a read returned. */
interface KeptEvent extends Omit<RecordedEvent, 'data' | 'metadata' | 'recordedAt'> {
  readonly data: string;
  readonly metadata: string;
  readonly recordedAt: number;
}

interface KeptStream {
  readonly events: KeptEvent[];
  closed: boolean;
}

/**
 * What the memory adapters of one store share: the events of all tenants in the order in which they were committed. The event store reads streams
 * from it, the feed reads it whole, the change writers put things into it. Everything is synchronous.
 */
export class MemoryEventLog {
  private readonly kept: KeptEvent[] = [];
  private readonly streams = new Map<string, KeptStream>();
  private readonly byId = new Map<string, KeptEvent>();
  private readonly listeners = new Set<() => void>();
  /** Never goes back, so that no position means two events, also where the first was taken back. */
  private lastPosition = 0;

  constructor(private readonly clock: Clock = new SystemClock()) {}

  get latestPosition(): number {
    return this.lastPosition;
  }

  state(stream: StreamName, tenant: string): StreamState {
    const found = this.streams.get(keyOf(stream, tenant));
    return { version: found?.events.length ?? 0, closed: found?.closed ?? false };
  }

  /** Events of a stream in version order, from `from` on. */
  eventsOf(stream: StreamName, tenant: string): readonly KeptEvent[] {
    return this.streams.get(keyOf(stream, tenant))?.events ?? [];
  }

  /** Where the event with this id stands, in any stream of any tenant. */
  find(id: string): KeptEvent | undefined {
    return this.byId.get(id.toLowerCase());
  }

  /** Events behind a position in feed order. */
  after(position: bigint): readonly KeptEvent[] {
    let low = 0;
    for (let high = this.kept.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (BigInt((this.kept[middle] as KeptEvent).position) <= position) low = middle + 1;
      else high = middle;
    }
    return this.kept.slice(low);
  }

  /** Writes without any check. */
  append({ stream, events }: AppendEvents, tenant: string): KeptEvent {
    const target = this.openStream(stream, tenant);
    const recordedAt = this.clock.now();
    for (const { id, type, schemaVersion, data, metadata } of events) {
      const position = toFeedPosition(++this.lastPosition);
      const version = target.events.length + 1;
      const text = { data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
      const one: KeptEvent = { id: id.toLowerCase(), type, schemaVersion, stream, version, position, tenant, recordedAt, ...text };
      target.events.push(one);
      this.kept.push(one);
      this.byId.set(one.id, one);
    }
    for (const listener of this.listeners) listener();
    return target.events.at(-1) as KeptEvent;
  }

  /** Takes back the last `count` events, which are all of this stream. */
  takeBack(stream: StreamName, tenant: string, count: number): void {
    const target = this.openStream(stream, tenant);
    target.events.splice(-count);
    for (const { id } of this.kept.splice(-count)) this.byId.delete(id);
  }

  setClosed(stream: StreamName, tenant: string, closed: boolean): void {
    this.openStream(stream, tenant).closed = closed;
  }

  /** Calls `listener` after each append until the returned function is called. */
  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private openStream(stream: StreamName, tenant: string): KeptStream {
    const key = keyOf(stream, tenant);
    let found = this.streams.get(key);
    if (!found) this.streams.set(key, (found = { events: [], closed: false }));
    return found;
  }
}

/** The event as readers get it: their own copy. */
export function toRecordedEvent(kept: ReturnType<MemoryEventLog['eventsOf']>[number]): RecordedEvent {
  return {
    ...kept,
    data: JSON.parse(kept.data) as JsonObject,
    metadata: JSON.parse(kept.metadata) as EventMetadata,
    recordedAt: new Date(kept.recordedAt),
  };
}

function keyOf(stream: StreamName, tenant: string): string {
  return `${tenant}\0${stream}`;
}
