import { resolveSagaPurgeOptions, type SagaPurgeOptions, type SagaPurgePorts } from './saga-purge.options.js';

export interface SagaPurgeStatus {
  readonly running: boolean;
  /** Instances that this process has deleted since it was made. */
  readonly deleted: number;
  /** Why the last run failed, until one succeeds. */
  readonly error?: unknown;
}

/**
 * Deletes instances that ended longer ago than the retention, now and then, in small statements, for as long as the service runs. Any number of processes may run it: each
 * takes others. A run that fails is made up for by the next.
 */
export class SagaPurge {
  private readonly settings: ReturnType<typeof resolveSagaPurgeOptions>;
  private stopping: AbortController | undefined;
  private running: Promise<void> | undefined;
  private deleted = 0;
  private error: unknown;

  constructor(
    private readonly ports: SagaPurgePorts,
    options: SagaPurgeOptions = {},
  ) {
    this.settings = resolveSagaPurgeOptions(options);
  }

  /** Begins to run in the background; does nothing if it runs. */
  start(): void {
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    this.running = this.repeat(this.stopping.signal);
  }

  /** Resolves when no run is under way any more. Idempotent; {@link start} begins again. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.running;
    this.running = undefined;
  }

  status(): SagaPurgeStatus {
    const { running, deleted, error } = this;
    return { running: running !== undefined, deleted, ...(error === undefined ? {} : { error }) };
  }

  private async repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Processes that were started together do not purge together, and none does while it starts.
      await this.ports.clock.sleep(this.settings.every * (0.5 + Math.random() / 2), signal).catch(() => undefined);
      await this.run(signal).catch((error: unknown) => void (this.error = error));
    }
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { store, clock } = this.ports;
    const { retention, batch, pause } = this.settings;
    for (let last = batch; last >= batch && !signal.aborted;) {
      last = await store.purge(retention, batch);
      this.deleted += last;
      if (last >= batch) await clock.sleep(pause, signal).catch(() => undefined);
    }
    this.error = undefined;
  }
}
