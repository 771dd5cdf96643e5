import { MinosError } from '@minos/common';
import { ConcurrencyConflictError } from '@minos/common';
import type { ExpectedVersion, StreamName } from '../contracts/event-store.js';

/** The stream was closed by a tombstone; nothing is appended to it any more. */
export class StreamClosedError extends MinosError {
  readonly code = 'STREAM_CLOSED' as const;
  readonly retryable = false;

  constructor(stream: StreamName) {
    super(`The stream ${stream} is closed: it takes no more events. What was written can be read with store.read().`, {
      details: { stream },
    });
  }
}

/** An event id is stored already, but not as part of this very list at one place of this stream. */
export class EventIdReusedError extends MinosError {
  readonly code = 'EVENT_ID_REUSED' as const;
  readonly retryable = false;

  constructor(stream: StreamName, ids: readonly string[]) {
    super(
      `Of the events to append to ${stream} these ids are stored already, elsewhere or in another order: ${ids.join(', ')}. ` +
        `Repeat an append with exactly its first list of ids, or give new events new ids.`,
      { details: { stream, ids } },
    );
  }
}

/** A stream name that the stores do not take. */
export class StreamNameError extends MinosError {
  readonly code = 'STREAM_NAME_INVALID' as const;
  readonly retryable = false;

  constructor(name: string, reason: string) {
    super(`"${name}" is no stream name: ${reason}. Stream names are "<category>-<id>", made by streamName(category, id).`, {
      details: { name },
    });
  }
}

/** A list of events that no store can append. */
export class AppendInvalidError extends MinosError {
  readonly code = 'APPEND_INVALID' as const;
  readonly retryable = false;

  constructor(stream: StreamName, reason: string) {
    super(`The events for ${stream} cannot be appended: ${reason}.`, { details: { stream } });
  }
}

/** The conflict of an expected version that did not hold. */
export function versionConflict(stream: StreamName, expected: ExpectedVersion, found: number): ConcurrencyConflictError {
  return new ConcurrencyConflictError(
    `The stream ${stream} was expected at ${describe(expected)} and is at version ${found}: somebody else wrote it. Read it again and decide again.`,
    { details: { stream, expected, found } },
  );
}

function describe(expected: ExpectedVersion): string {
  return typeof expected === 'number' ? `version ${expected}` : `"${expected}"`;
}
