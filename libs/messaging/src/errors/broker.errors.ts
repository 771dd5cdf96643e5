import { MinosError } from '@minos/common';

/** The broker cannot be reached, or did not answer in time. What was sent may have been stored. */
export class BrokerUnavailableError extends MinosError {
  readonly code = 'BROKER_UNAVAILABLE' as const;
  readonly retryable = true;
}

/** The broker object was closed in this process. */
export class BrokerClosedError extends MinosError {
  readonly code = 'BROKER_CLOSED' as const;
  readonly retryable = false;

  constructor() {
    super('The broker is closed: close() was called on it. Nothing can be published or read any more in this process.');
  }
}

/** Nobody has made this channel. */
export class ChannelUnknownError extends MinosError {
  readonly code = 'CHANNEL_UNKNOWN' as const;
  readonly retryable = false;

  constructor(readonly channel: string) {
    super(`The broker has no channel "${channel}". Name it in ensureChannels() before anything is published to it or read from it.`, {
      details: { channel },
    });
  }
}

/** A channel exists with another number of partitions: with another count, keys would move to other partitions and lose their order. */
export class ChannelPartitionsChangedError extends MinosError {
  readonly code = 'CHANNEL_PARTITIONS_CHANGED' as const;
  readonly retryable = false;

  constructor(
    readonly channel: string,
    readonly existing: number,
    readonly wanted: number,
  ) {
    super(
      `The channel "${channel}" has ${existing} partitions, but ${wanted} are configured. The number is fixed when a channel is made: ` +
        `set it back to ${existing}, or make a channel of another name.`,
      { details: { channel, existing, wanted } },
    );
  }
}

/** An earlier message of the key was refused in the same publish; this one was not stored, so that it does not overtake. */
export class MessageHeldBackError extends MinosError {
  readonly code = 'MESSAGE_HELD_BACK' as const;
  readonly retryable = true;

  constructor({ channel, key }: { readonly channel: string; readonly key: string }) {
    super(
      `The message for the channel "${channel}" was not stored: the broker refused an earlier message of its key "${key}" in the same publish. ` +
        'Decide what becomes of that one, then publish this one again.',
      { details: { channel, key } },
    );
  }
}

/** A message that no broker takes: empty key, too large, a header that is no text. */
export class MessageUnpublishableError extends MinosError {
  readonly code = 'MESSAGE_UNPUBLISHABLE' as const;
  readonly retryable = false;
}
