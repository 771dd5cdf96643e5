import type { UnitOfWork } from '@minos/common';
import { CLOSE_STREAM } from '../contracts/event-store.js';
import type {
  AppendResult,
  CloseStream,
  EventStore,
  ExpectedVersion,
  NewEvent,
  ReadOptions,
  RecordedEvent,
  StreamName,
  StreamState,
} from '../contracts/event-store.js';
import { appendChange } from '../stream/append-change.js';
import { enlistAppend } from '../stream/enlist-append.js';
import { currentTenant } from '../stream/current-tenant.js';
import { StreamClosedError } from '../stream/stream.errors.js';
import { toRecordedEvent } from './memory-event-log.js';
import type { MemoryEventLog } from './memory-event-log.js';

/**
 * Streams in the memory of the process: for tests and for trying things out. The unit of work's committer needs the writers of the same log, see
 * `memoryEventWriters`. One weakness: what a pinned unit has flushed can be seen by others before it commits.
 */
export class MemoryEventStore implements EventStore {
  constructor(
    private readonly log: MemoryEventLog,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: { readonly expectedVersion: ExpectedVersion },
  ): Promise<AppendResult | undefined> {
    const change = appendChange(stream, events, options.expectedVersion);
    const enlisted = await this.unitOfWork.run((unit) => enlistAppend<AppendResult>(unit, change), { attempts: 1 });
    return enlisted.result;
  }

  async close(stream: StreamName, options: { readonly expectedVersion: ExpectedVersion }): Promise<void> {
    const change: CloseStream = { kind: CLOSE_STREAM, stream, expectedVersion: options.expectedVersion };
    await this.unitOfWork.run((unit) => unit.enlist(change), { attempts: 1 });
  }

  async read(stream: StreamName, options: ReadOptions = {}): Promise<RecordedEvent[]> {
    const tenant = options.tenant ?? currentTenant(this.unitOfWork);
    if (options.mustBeOpen && this.log.state(stream, tenant).closed) throw new StreamClosedError(stream);
    const chosen = choose(this.log.eventsOf(stream, tenant), options);
    return chosen.map(toRecordedEvent);
  }

  async state(stream: StreamName, options: { readonly tenant?: string } = {}): Promise<StreamState> {
    return this.log.state(stream, options.tenant ?? currentTenant(this.unitOfWork));
  }
}

function choose<E>(events: readonly E[], { direction, from, limit = events.length }: ReadOptions): readonly E[] {
  if (direction !== 'backward') {
    const start = Math.max(0, (from ?? 1) - 1);
    return events.slice(start, start + limit);
  }
  const end = Math.max(0, Math.min(from ?? events.length, events.length));
  return events.slice(Math.max(0, end - limit), end).reverse();
}
