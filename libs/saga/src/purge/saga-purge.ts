import { RepeatedWork } from '@minos/common';
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
  private readonly runs: RepeatedWork;
  private deleted = 0;

  constructor(
    private readonly ports: SagaPurgePorts,
    options: SagaPurgeOptions = {},
  ) {
    this.settings = resolveSagaPurgeOptions(options);
    this.runs = new RepeatedWork({ clock: ports.clock, everyMs: this.settings.every, work: (signal) => this.run(signal) });
  }

  /** Begins to run in the background; does nothing if it runs. */
  start(): void {
    this.runs.start();
  }

  /** Resolves when no run is under way any more. Idempotent; {@link start} begins again. */
  stop(): Promise<void> {
    return this.runs.stop();
  }

  status(): SagaPurgeStatus {
    const { running, error } = this.runs;
    return { running, deleted: this.deleted, ...(error === undefined ? {} : { error }) };
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { store, clock } = this.ports;
    const { retention, batch, pause } = this.settings;
    for (let last = batch; last >= batch && !signal.aborted;) {
      last = await store.purge(retention, batch);
      this.deleted += last;
      if (last >= batch) await clock.sleep(pause, signal).catch(() => undefined);
    }
  }
}
