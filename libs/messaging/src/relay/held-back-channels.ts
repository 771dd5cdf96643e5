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
    private readonly onBack: () => void,
  ) {}

  /** All of them, in the order of their first miss. */
  missing(): readonly string[] {
    return [...this.held.keys()];
  }

  /** Those to leave alone now. */
  now(): readonly string[] {
    const now = this.clock.monotonic();
    return [...this.held].filter(([, { until }]) => until > now).map(([channel]) => channel);
  }

  /** Milliseconds until the next of them is to be tried; `Infinity` where none is held back. */
  nextInMs(): number {
    const now = this.clock.monotonic();
    return Math.min(...[...this.held.values()].map(({ until }) => Math.max(1, until - now)));
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
    if (!this.now().includes(channel)) this.hold(channel);
    return true;
  }

  /** A message of the channel was stored, so it is there. */
  found(channel: string): void {
    if (this.held.delete(channel)) this.onBack();
  }

  private hold(channel: string): void {
    const tries = (this.held.get(channel)?.tries ?? 0) + 1;
    const pause = backoff(tries, this.pauses.first, this.pauses.longest);
    this.held.set(channel, { tries, until: this.clock.monotonic() + pause });
  }
}
