import type { Clock } from '@minos/common';

export interface RepeatedWorkPorts {
  readonly clock: Clock;
  /** Milliseconds between runs, give or take a half, so that replicas do not work in step. */
  readonly every: number;
  /** What is done. A run that fails is made up for by the next. */
  readonly work: () => Promise<unknown>;
}

/** Does something now and then for as long as the server runs. */
export class RepeatedWork {
  private stopping: AbortController | undefined;
  private running: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly ports: RepeatedWorkPorts) {}

  /** Why the last run failed; `undefined` where it did not. */
  get error(): unknown {
    return this.failure;
  }

  start(): void {
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    this.running = this.repeat(this.stopping.signal);
  }

  /** Resolves when no run is under way any more. Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.running;
    this.running = undefined;
  }

  private async repeat(signal: AbortSignal): Promise<void> {
    const { clock, every, work } = this.ports;
    while (!signal.aborted) {
      await clock.sleep(every * (0.5 + Math.random()), signal).catch(() => undefined);
      if (signal.aborted) return;
      await work().then(
        () => (this.failure = undefined),
        (error: unknown) => (this.failure = error),
      );
    }
  }
}
