import { MinosError } from '@minos/common';

/** A channel keeps its messages for longer than the inbox keeps the marks that tell a repetition. */
export class InboxRetentionTooShortError extends MinosError {
  readonly code = 'INBOX_RETENTION_TOO_SHORT' as const;
  readonly retryable = false;

  constructor(
    readonly channel: string,
    readonly channelRetentionMs: number,
    readonly inboxRetentionMs: number,
  ) {
    super(
      `The channel "${channel}" keeps messages for ${text(channelRetentionMs)}, but the inbox keeps marks for ${text(inboxRetentionMs)}: ` +
        `a message that comes again in between would be handled twice. Raise the retention of the inbox above ${text(channelRetentionMs)}, or shorten that of the channel.`,
      { details: { channel, channelRetentionMs, inboxRetentionMs } },
    );
  }
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit in which it is a whole number, as options take it. */
function text(milliseconds: number): string {
  const unit = UNITS.find(([, size]) => milliseconds % size === 0);
  return unit === undefined ? `${milliseconds}ms` : `${milliseconds / unit[1]}${unit[0]}`;
}
