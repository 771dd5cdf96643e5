import { MinosError } from '@minos/common';
import type { PartitionRef } from '../contracts/broker.js';
import type { ParkedFilter, ParkedPlace, ParkMessage } from '../contracts/parked-store.js';

/** The message of this partition and offset is parked already: nothing was stored a second time. */
export class MessageAlreadyParkedError extends MinosError {
  readonly code = 'MESSAGE_ALREADY_PARKED' as const;
  readonly retryable = false;

  constructor({ consumer, stored: { channel, partition, offset } }: ParkMessage) {
    super(`The consumer "${consumer}" has parked message ${offset} of partition ${partition} of "${channel}" before.`, {
      details: { consumer, channel, partition, offset: String(offset) },
    });
  }
}

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

/** The consumer has another broker now, and keys are parked that came from the old one. */
export class ParkedOnAnotherLogError extends MinosError {
  readonly code = 'PARKED_ON_ANOTHER_LOG' as const;
  readonly retryable = false;

  constructor(consumer: string, { channel, partition }: PartitionRef, key: string) {
    super(
      `The consumer ${consumer} was moved to another broker while the key ${JSON.stringify(key)} of ${channel} (partition ${partition}) is parked. Its order could not be kept there. ` +
        'Go back to the old broker and drain it (npx minos parked retry), or discard what is parked (npx minos parked discard); the consumer then goes on by itself.',
      { details: { consumer, channel, partition, key } },
    );
  }
}
