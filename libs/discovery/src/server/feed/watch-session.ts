import { type Clock, InterruptiblePause } from '@minos/common';
import type { EventSink } from '@minos/common/http';
import type { FeedStep, RegistryFeed } from './registry-feed.js';

export interface WatchSessionOptions {
  readonly keepAliveMs: number;
  /** The directory counts as stale when the store could not be read for longer than this. */
  readonly staleMs: number;
}

/** Tells one watcher of what changes. One that is slow is sent the latest when it takes more, not all that was in between. */
export class WatchSession {
  private readonly pause: InterruptiblePause;
  private sent: number | undefined;
  private stale = false;

  constructor(
    private readonly feed: RegistryFeed,
    private readonly clock: Clock,
    private readonly options: WatchSessionOptions,
  ) {
    this.pause = new InterruptiblePause(clock);
  }

  /** Runs until the sink is closed. `lastEventId` is the version that the watcher has. */
  async run(sink: EventSink, lastEventId: string | undefined): Promise<void> {
    this.sent = lastEventId !== undefined && /^\d{1,16}$/.test(lastEventId) ? Number(lastEventId) : undefined;
    const off = this.feed.onChange(() => this.pause.wake());
    sink.onClose(() => this.pause.wake());
    try {
      // Another registry was ahead of this one: what its watcher knows is not taken back.
      if (this.sent !== undefined && this.sent > this.feed.version) await this.feed.refresh();
      // A version that is there already is confirmed: the watcher learns that nothing changed.
      let frames = this.frames() || ': here\n\n';
      while (!sink.closed) {
        await sink.write(frames);
        if (this.feed.version === this.sent) await this.pause.wait(this.options.keepAliveMs);
        frames = this.frames() || ': here\n\n';
      }
    } finally {
      off();
    }
  }

  private frames(): string {
    const steps = this.sent === this.feed.version ? [] : this.feed.stepsFrom(this.sent);
    this.sent = this.feed.version;
    return steps.map(frameOf).join('') + this.staleness();
  }

  /** Says once that what is here may be old, and once that it is not any more. */
  private staleness(): string {
    const stale = this.feed.ageMs > this.options.staleMs;
    if (stale === this.stale) return '';
    this.stale = stale;
    const since = new Date(this.clock.now() - Math.min(this.feed.ageMs, this.clock.now())).toISOString();
    return stale ? `event: stale\ndata: ${JSON.stringify({ since })}\n\n` : 'event: fresh\ndata: {}\n\n';
  }
}

/** The version of the last step is the id from which a watcher goes on. */
function frameOf({ kind, version, instances }: FeedStep): string {
  return `event: ${kind}\nid: ${version}\ndata: ${JSON.stringify({ version, instances })}\n\n`;
}
