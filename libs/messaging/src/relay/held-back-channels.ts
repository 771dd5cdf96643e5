import { backoff, isMinosError, type Clock } from '@minos/common';

interface HeldBack {
  readonly until: number;
  readonly tries: number;
}

/**
 * Channels that the broker does not have (yet), for all groups of a relay: their messages wait without being in the way of others. Each is tried again, first soon, then less
 * and less often; where one group finds it, all go on.
 */
export class HeldBackChannels {
  private readonly held = new Map<string, HeldBack>();

  constructor(
    private readonly clock: Clock,
    /** Pauses between tries, in milliseconds. */
    private readonly pauses: { readonly first: number; readonly longest: number },
    /** There is one that was missing. */
    private readonly onFound: () => void,
  ) {}

  /** All of them, in the order of their first miss. One that nobody has tried for long has no messages here any more. */
  missing(): readonly string[] {
    const longAgo = this.clock.monotonic() - this.pauses.longest;
    for (const [channel, { until }] of this.held) if (until < longAgo) this.held.delete(channel);
    return [...this.held.keys()];
  }

  /** Those to leave alone now. */
  leftAlone(): readonly string[] {
    const now = this.clock.monotonic();
    return [...this.held].filter(([, { until }]) => until > now).map(([channel]) => channel);
  }

  /** Milliseconds until the next of these may be tried again; `Infinity` where none of them is held back any more. */
  nextInMs(leftOut: readonly string[]): number {
    const now = this.clock.monotonic();
    return Math.min(...leftOut.map((channel) => Math.max(1, (this.held.get(channel)?.until ?? Infinity) - now)));
  }

  /**
   * Whether the error says that a channel is missing that was not `leftOut` of what was published; then it is held back from now on. An error that names one of
   * those again cures nothing: what was published did not go there.
   */
  note(error: unknown, leftOut: readonly string[]): boolean {
    if (!isMinosError(error, 'CHANNEL_UNKNOWN')) return false;
    const { channel } = error.details;
    if (typeof channel !== 'string' || leftOut.includes(channel)) return false;
    // Several groups may have tried it at once; that counts once.
    if (!this.leftAlone().includes(channel)) this.hold(channel);
    return true;
  }

  /** A message of the channel was stored, so it is there. */
  found(channel: string): void {
    if (this.held.delete(channel)) this.onFound();
  }

  private hold(channel: string): void {
    const tries = (this.held.get(channel)?.tries ?? 0) + 1;
    const pause = backoff(tries, this.pauses.first, this.pauses.longest);
    this.held.set(channel, { tries, until: this.clock.monotonic() + pause });
  }
}
