import type { Clock } from '@minos/common';
import type { PostgresIdempotencyStore } from './postgres-idempotency-store.js';

/** Every ten minutes, so that no run has much to do. */
const EVERY_MS = 600_000;

/** Deletes lapsed answers now and then for as long as the service runs. A run that fails is made up for by the next. */
export class IdempotencyPurge {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: Pick<PostgresIdempotencyStore, 'purge'>,
    private readonly clock: Clock,
    private readonly everyMs: number = EVERY_MS,
  ) {}

  start(): void {
    this.running ??= this.repeat(this.stopping.signal);
  }

  /** Resolves when no run is under way any more. Idempotent. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.clock.sleep(this.everyMs, signal).catch(() => undefined);
      if (!signal.aborted) await this.store.purge().catch(() => undefined);
    }
  }
}
