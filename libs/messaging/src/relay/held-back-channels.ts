import { isMinosError, type Clock } from '@minos/common';

/** Channels that the broker does not have (yet): their messages wait without being in the way of others, and are tried again now and then. */
export class HeldBackChannels {
  private readonly until = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly pauseMs: number,
  ) {}

  /** Those to leave alone now. */
  now(): readonly string[] {
    const now = this.clock.monotonic();
    return [...this.until].filter(([, until]) => until > now).map(([channel]) => channel);
  }

  /**
   * Whether the error says that a channel is missing that was not held back; then it is from now on. An error that names one of those again cures
   * nothing: what was published did not go there.
   */
  note(error: unknown): boolean {
    if (!isMinosError(error, 'CHANNEL_UNKNOWN')) return false;
    const { channel } = error.details;
    if (typeof channel !== 'string' || this.now().includes(channel)) return false;
    this.until.set(channel, this.clock.monotonic() + this.pauseMs);
    return true;
  }

  /** A message of the channel was stored, so it is there. */
  found(channel: string): void {
    this.until.delete(channel);
  }
}
