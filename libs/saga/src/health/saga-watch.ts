import type { SagaCounts } from '../contracts/saga-store.js';
import type { SagaRunnerStatus } from '../engine/saga-runner.js';
import { resolveSagaWatchOptions, type SagaWatchOptions, type SagaWatchPorts, type SagaWatchSettings } from './saga-watch.options.js';

/**
 * Watches how the sagas of a process get on, so that the probe and the metrics answer at once from what is known: it asks the store at a low rate, with one statement at
 * a time.
 */
export class SagaWatch {
  readonly settings: SagaWatchSettings;
  private known: SagaRunnerStatus | undefined;
  private counted: readonly SagaCounts[] | undefined;
  private fault: unknown;
  private heardAt = 0;
  private stopping: AbortController | undefined;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly ports: SagaWatchPorts,
    options: SagaWatchOptions = {},
  ) {
    this.settings = resolveSagaWatchOptions(options);
  }

  /** Begins to watch in the background; does nothing if it does. */
  start(): void {
    if (this.running !== undefined) return;
    const { signal } = (this.stopping = new AbortController());
    this.heardAt = this.ports.clock.monotonic();
    this.running = Promise.all([
      this.repeat(this.settings.every, signal, () => this.ask()),
      this.repeat(this.settings.countEvery, signal, () => this.count()),
    ]);
  }

  /** Idempotent; an answer that is still out is not waited for. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.running;
    this.running = undefined;
  }

  /** Whether there is anything to watch, and it does. */
  get active(): boolean {
    return this.running !== undefined;
  }

  /** What the store said last; `undefined` where it has not yet. */
  get status(): SagaRunnerStatus | undefined {
    return this.known;
  }

  /** Of the last time that it was counted; `undefined` where it was not, or in vain. */
  get counts(): readonly SagaCounts[] | undefined {
    return this.counted;
  }

  /** Why the store did not answer the last time. */
  get error(): unknown {
    return this.fault;
  }

  /** Whether the store has said nothing for so long that nothing is known. */
  get isSilent(): boolean {
    return this.ports.clock.monotonic() - this.heardAt >= this.settings.silentAfter;
  }

  private async ask(): Promise<void> {
    try {
      const isFirst = this.known === undefined;
      this.known = await this.ports.runner.status();
      if (isFirst) this.ports.onKnown?.(this.known);
      this.heardAt = this.ports.clock.monotonic();
      this.fault = undefined;
    } catch (error) {
      this.fault = error;
    }
  }

  private async count(): Promise<void> {
    this.counted = await this.ports.store.counts().catch(() => undefined);
  }

  private async repeat(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (!signal.aborted) {
      await Promise.race([work(), stopped]);
      if (!signal.aborted) await this.ports.clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }
}
