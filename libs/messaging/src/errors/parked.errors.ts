import { MinosError } from '@minos/common';
import type { ParkedFilter, ParkedPlace } from '../contracts/parked-store.js';

/** The message is not, or no longer, parked. */
export class ParkedMessageGoneError extends MinosError {
  readonly code = 'PARKED_MESSAGE_GONE' as const;
  readonly retryable = false;

  constructor({ consumer, channel, key, place }: ParkedPlace) {
    super(
      `Message ${place} of the key "${key}" of "${channel}" is not parked by the consumer "${consumer}": it was drained or discarded.`,
      {
        details: { consumer, channel, key, place: String(place) },
      },
    );
  }
}

/** Nothing that is parked fits what an operator asked for. */
export class ParkedKeyUnknownError extends MinosError {
  readonly code = 'PARKED_KEY_UNKNOWN' as const;
  readonly retryable = false;

  constructor(filter: ParkedFilter) {
    super(`No parked key fits ${JSON.stringify(filter)}: it was drained or discarded, or never parked. List the parked keys.`, {
      details: { ...filter },
    });
  }
}
