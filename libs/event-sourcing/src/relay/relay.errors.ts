import { MinosError } from '@minos/common';
import type { RecordedEvent } from '../contracts/event-store.js';

/** The broker will never take this event; the ones behind it wait. */
export class EventUnpublishableError extends MinosError {
  readonly code = 'EVENT_UNPUBLISHABLE' as const;
  readonly retryable = false;

  constructor({ id, type, stream, version }: RecordedEvent, cause: Error) {
    super(
      `The broker refuses the event ${type} (${stream}, version ${version}): ${cause.message}. Raise the broker's limit, or the limit of the channel, ` +
        'and resume the publisher; it goes on with this event.',
      { cause, details: { id, type, stream, version } },
    );
  }
}
