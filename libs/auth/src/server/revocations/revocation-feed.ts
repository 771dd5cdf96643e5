import { type Clock, InterruptiblePause } from '@minos/common';
import type { RevocationLog } from '../contracts/revocations.js';

export interface RevocationFeedPorts {
  readonly log: RevocationLog;
  readonly clock: Clock;
  /** Milliseconds between looks. */
  readonly every: number;
}

/**
 * Looks for new revocations now and then, for all who listen: so each replica sees what others wrote. One look is a statement that reads one row.
 */
export class RevocationFeed {
  private readonly listeners = new Set<() => void>();
  private readonly pause: InterruptiblePause;
  private stopping = false;
  private running: Promise<void> | undefined;
  private seen = 0n;
  private lookedAt: number;
  private wentBack = 0;

  constructor(private readonly ports: RevocationFeedPorts) {
    this.pause = new InterruptiblePause(ports.clock);
    this.lookedAt = ports.clock.monotonic();
  }

  /** The largest id that was seen. */
  get newest(): bigint {
    return this.seen;
  }

  /** Milliseconds since the store answered. */
  get age(): number {
    return this.ports.clock.monotonic() - this.lookedAt;
  }

  /** How often the store was found with fewer revocations than before, as after a restore: ids that readers know mean something else then. */
  get rewinds(): number {
    return this.wentBack;
  }

  get listening(): number {
    return this.listeners.size;
  }

  start(): void {
    this.running ??= this.look();
  }

  /** Tells who listens that it ends, at once: a store that does not answer keeps no stream open. Resolves when no look is under way any more. Idempotent. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.wake();
    this.tell();
    await this.running;
  }

  get stopped(): boolean {
    return this.stopping;
  }

  /** Looks at once. */
  hint(): void {
    this.pause.wake();
  }

  /** `listener` is told of each look that found something new, and of the end. Answers how to leave. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private async look(): Promise<void> {
    while (!this.stopping) {
      const newest = await this.ports.log.newest().catch(() => undefined);
      if (newest !== undefined) {
        this.lookedAt = this.ports.clock.monotonic();
        const changed = newest !== this.seen;
        if (newest < this.seen) this.wentBack += 1;
        this.seen = newest;
        if (changed) this.tell();
      }
      await this.pause.wait(this.ports.every);
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
