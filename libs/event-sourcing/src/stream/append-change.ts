import { isUuid, uuidv7 } from '@minos/common';
import { APPEND_EVENTS } from '../contracts/event-store.js';
import type { AppendEvents, ExpectedVersion, NewEvent, StreamName } from '../contracts/event-store.js';
import { AppendInvalidError } from './stream.errors.js';

/** The change that appends these events, with ids where they had none. Throws `APPEND_INVALID` for what no store can take. */
export function appendChange(stream: StreamName, events: readonly NewEvent[], expectedVersion: ExpectedVersion): AppendEvents {
  const complete = events.map((event) => ({
    id: event.id ?? uuidv7(),
    type: event.type,
    schemaVersion: event.schemaVersion,
    data: event.data,
    metadata: event.metadata ?? {},
  }));
  const fault = faultOf(complete, expectedVersion);
  if (fault) throw new AppendInvalidError(stream, fault);
  return { kind: APPEND_EVENTS, stream, expectedVersion, events: complete };
}

function faultOf(events: readonly Required<NewEvent>[], expectedVersion: ExpectedVersion): string | undefined {
  if (events.length === 0) return 'the list of events is empty; append at least one';
  const malformed = events.find((event) => !isUuid(event.id));
  if (malformed) return `the id "${malformed.id}" is no UUID; leave ids out to have them made`;
  if (new Set(events.map((event) => event.id)).size < events.length) return 'two events of the list have the same id';
  const unversioned = events.find(({ schemaVersion }) => !Number.isSafeInteger(schemaVersion) || schemaVersion < 1);
  if (unversioned) return `the schemaVersion of ${unversioned.type} is ${unversioned.schemaVersion}; it is a whole number from 1`;
  if (typeof expectedVersion === 'number' && (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0)) {
    return `expectedVersion is ${expectedVersion}; it is the version of the last event, a whole number from 0, or 'no-stream' or 'any'`;
  }
  return undefined;
}
