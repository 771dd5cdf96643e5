import { MinosError } from '@minos/common';
import type { OutgoingMessage } from '../contracts/outgoing-message.js';

type Addressed = Pick<OutgoingMessage, 'channel' | 'type'>;

/** A message that is larger than brokers take. Nothing was enlisted. */
export class OutboxMessageTooLargeError extends MinosError {
  readonly code = 'OUTBOX_MESSAGE_TOO_LARGE' as const;
  readonly retryable = false;

  /** `exact` is false where counting stopped at `size`. */
  constructor({ channel, type }: Addressed, size: number, limit: number, exact = true) {
    super(
      `The message ${type} for the channel "${channel}" has ${exact ? '' : 'more than '}${size} bytes with its key and headers; the limit is ${limit}. ` +
        'Send a reference to the data instead, or raise maxBytes together with the limit of the broker.',
      { details: { channel, type, size, limit } },
    );
  }
}

/** A message that no relay could publish, refused before it is stored. All faults are in `details.faults`. */
export class OutboxMessageInvalidError extends MinosError {
  readonly code = 'OUTBOX_MESSAGE_INVALID' as const;
  readonly retryable = false;

  constructor({ channel, type }: Addressed, faults: readonly string[]) {
    super(`The message ${type} for the channel "${channel}" cannot be sent: ${faults.join('; ')}.`, { details: { channel, type, faults } });
  }
}

/** A key that an operator wants released is not refused. */
export class RefusedKeyUnknownError extends MinosError {
  readonly code = 'REFUSED_KEY_UNKNOWN' as const;
  readonly retryable = false;

  constructor(channel: string, key: string) {
    super(`The key "${key}" of "${channel}" is not refused: it was released, or never refused. List the refused keys.`, {
      details: { channel, key },
    });
  }
}
