import type { MemoryChangeWriter } from '@minos/common';
import { APPEND_EVENTS, CLOSE_STREAM, GUARD_STREAM } from '../contracts/event-store.js';
import type { AppendEvents, AppendResult, CloseStream, ExpectedVersion, GuardStream, StreamName } from '../contracts/event-store.js';
import { EventIdReusedError, StreamClosedError, versionConflict } from '../stream/stream.errors.js';
import type { MemoryEventLog } from './memory-event-log.js';

const NOTHING = (): void => undefined;

/** Carries the changes of the event store into the log. */
export function memoryEventWriters(log: MemoryEventLog): MemoryChangeWriter<never>[] {
  const append: MemoryChangeWriter<AppendEvents> = { kind: APPEND_EVENTS, apply: (change, tenant) => appendTo(log, change, tenant) };
  const close: MemoryChangeWriter<CloseStream> = { kind: CLOSE_STREAM, apply: (change, tenant) => closeIn(log, change, tenant) };
  const guard: MemoryChangeWriter<GuardStream> = {
    kind: GUARD_STREAM,
    apply: ({ stream, version }, tenant) => {
      const state = log.state(stream, tenant);
      if (state.version !== version || state.closed) throw versionConflict(stream, version, state.version);
      return { result: undefined, undo: NOTHING };
    },
  };
  return [append, close, guard] as MemoryChangeWriter<never>[];
}

function appendTo(log: MemoryEventLog, change: AppendEvents, tenant: string): { result: AppendResult; undo: () => void } {
  const { stream, events, expectedVersion } = change;
  const first = firstResult(log, change, tenant);
  if (first) return { result: first, undo: NOTHING };
  const { version, closed } = log.state(stream, tenant);
  if (closed) throw new StreamClosedError(stream);
  demandVersion(stream, expectedVersion, version);
  const last = log.append(change, tenant);
  return {
    result: { stream, version: last.version, position: last.position, duplicate: false },
    undo: () => log.takeBack(stream, tenant, events.length),
  };
}

/** The result of an earlier append of the same list; `undefined` where none of the ids is stored. */
function firstResult(log: MemoryEventLog, { stream, events }: AppendEvents, tenant: string): AppendResult | undefined {
  const found = events.map((event) => log.find(event.id));
  const stored = events.filter((_, index) => found[index]).map((event) => event.id);
  if (stored.length === 0) return undefined;
  const start = found[0];
  const same = found.every(
    (one, index) => one && one.stream === stream && one.tenant === tenant && one.version === (start?.version ?? 0) + index,
  );
  const last = found.at(-1);
  if (!same || !last) throw new EventIdReusedError(stream, stored);
  return { stream, version: last.version, position: last.position, duplicate: true };
}

function closeIn(log: MemoryEventLog, { stream, expectedVersion }: CloseStream, tenant: string): { result: undefined; undo: () => void } {
  const { version, closed } = log.state(stream, tenant);
  if (closed) return { result: undefined, undo: NOTHING };
  demandVersion(stream, expectedVersion, version);
  log.setClosed(stream, tenant, true);
  return { result: undefined, undo: () => log.setClosed(stream, tenant, false) };
}

function demandVersion(stream: StreamName, expected: ExpectedVersion, found: number): void {
  if (expected === 'any') return;
  if (found !== (expected === 'no-stream' ? 0 : expected)) throw versionConflict(stream, expected, found);
}
