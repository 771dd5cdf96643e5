import type { Clock } from '@minos/common';
import type { HintSource } from './commit-hints.js';
import type { FeedHorizonTracker } from './feed-horizon.js';
import type { ResolvedFeedOptions } from './postgres-event-feed.options.js';

interface Waiter {
  readonly after: bigint | undefined;
  readonly end: () => void;
}

/** The pause between looks is at least so many times what the last one took. */
const LOOK_SHARE = 3;
/** Longest pause that this makes, in milliseconds. */
const LONGEST_SHARE_MS = 10;

/**
 * Looks at the horizon for as long as somebody waits for it to move: at once on a hint, in short steps while numbers are not settled, and
 * else ever more seldom up to `idleMaxMs`, or only so seldom where all commits are told of.
 */
export class FeedWatcher {
  private readonly waiters = new Set<Waiter>();
  private readonly stopListening: readonly (() => void)[];
  private running = false;
  private closed = false;
  private hinted = false;
  /** In the part of a rest that a hint cuts short. */
  private idling = false;
  /** The horizon that waits were last ended for, if they were: others may move it between two looks. */
  private seen: bigint | undefined;
  private quietLooks = 0;
  private pause: AbortController | undefined;

  constructor(
    private readonly tracker: FeedHorizonTracker,
    private readonly clock: Clock,
    private readonly options: ResolvedFeedOptions,
    private readonly hints: readonly HintSource[],
  ) {
    this.stopListening = hints.map((source) => source.onHint(() => this.hint()));
  }

  /** Makes the next look happen now. */
  hint(): void {
    if (this.hinted) return;
    this.hinted = true;
    if (this.idling) this.pause?.abort();
  }

  wait(timeoutMs: number, signal: AbortSignal | undefined, after: bigint | undefined): Promise<void> {
    if (this.closed || signal?.aborted === true || (after !== undefined && this.tracker.mayHaveBehind(after))) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter: Waiter = {
        after,
        end: () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', waiter.end);
          this.waiters.delete(waiter);
          if (this.waiters.size === 0) this.pause?.abort();
          resolve();
        },
      };
      const timer = setTimeout(waiter.end, timeoutMs);
      timer.unref();
      signal?.addEventListener('abort', waiter.end, { once: true });
      this.waiters.add(waiter);
      if (!this.running) void this.watch();
    });
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stopListening) stop();
    this.wake();
  }

  private async watch(): Promise<void> {
    this.running = true;
    while (this.waiters.size > 0) {
      await this.rest();
      if (this.waiters.size > 0) await this.look();
    }
    this.running = false;
  }

  /** An error ends every wait: the next read meets it and says so. */
  private async look(): Promise<void> {
    const wasOpen = this.tracker.open;
    try {
      await this.tracker.refresh();
    } catch {
      return this.wake();
    }
    const settled = this.tracker.horizon?.settled;
    const moved = settled !== this.seen;
    this.seen = settled;
    this.quietLooks = moved || (this.tracker.open && !wasOpen) ? 0 : this.quietLooks + 1;
    if (moved) this.wake();
  }

  /** A hint cuts the rest short, but not too short, so that busy writers do not make the feed look after every commit. */
  private async rest(): Promise<void> {
    const { settleMs, settleMaxMs, idleMs, idleMaxMs } = this.options;
    const [first, most] = this.tracker.open ? [settleMs, settleMaxMs] : [this.hintsConnected ? idleMaxMs : idleMs, idleMaxMs];
    await this.sleepUntil(this.earliest());
    if (!this.hinted) {
      this.idling = true;
      await this.sleepUntil(this.tracker.lastLook + Math.min(most, first * 1.25 ** this.quietLooks));
      this.idling = false;
      // Somebody else may have looked meanwhile.
      await this.sleepUntil(this.earliest());
    }
    this.hinted = false;
  }

  private get hintsConnected(): boolean {
    return this.hints.some(({ connected }) => connected === true);
  }

  /** When the next look may begin: looking takes a bounded share of the time, however slow a busy server makes it. */
  private earliest(): number {
    return this.tracker.lastLook + Math.max(this.options.settleMs, Math.min(LONGEST_SHARE_MS, LOOK_SHARE * this.tracker.lookCost));
  }

  private async sleepUntil(time: number): Promise<void> {
    const left = time - this.clock.monotonic();
    if (left <= 0 || this.waiters.size === 0) return;
    this.pause = new AbortController();
    await this.clock.sleep(left, this.pause.signal).catch(() => undefined);
    this.pause = undefined;
  }

  private wake(): void {
    for (const waiter of [...this.waiters]) waiter.end();
  }
}
