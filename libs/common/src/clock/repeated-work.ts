import type { Clock } from '../contracts/clock.js';

export interface RepeatedWorkParts {
  readonly clock: Clock;
  /** Milliseconds from the end of a run to the next at the most. Each pause is up to a quarter shorter, so that processes which were started together do not work in step. */
  readonly everyMs: number;
  /** Whether the first run is at once, without a pause before it. @default false */
  readonly atOnce?: boolean;
  /** What is done; the signal aborts when it shall end. A run that fails is made up for by the next. */
  readonly work: (signal: AbortSignal) => Promise<unknown>;
}

/** Does something now and then, one run at a time, from {@link start} to {@link stop}. */
export class RepeatedWork {
  private stopping: AbortController | undefined;
  private repeating: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly parts: RepeatedWorkParts) {}

  /** Whether it was started, and not stopped. */
  get running(): boolean {
    return this.repeating !== undefined;
  }

  /** Why the last run failed; `undefined` where it did not. */
  get error(): unknown {
    return this.failure;
  }

  /** Does nothing if it runs. */
  start(): void {
    if (this.repeating !== undefined) return;
    this.stopping = new AbortController();
    this.repeating = this.repeat(this.stopping.signal);
  }

  /** Resolves when no run is under way any more. Idempotent; {@link start} begins again. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.repeating;
    this.repeating = undefined;
  }

  private async repeat(signal: AbortSignal): Promise<void> {
    const { atOnce = false } = this.parts;
    if (atOnce) await this.run(signal);
    while (!signal.aborted) {
      await this.pause(signal);
      if (!signal.aborted) await this.run(signal);
    }
  }

  private async run(signal: AbortSignal): Promise<void> {
    try {
      await this.parts.work(signal);
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }

  private async pause(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.parts;
    await clock.sleep(everyMs * (1 - Math.random() / 4), signal).catch(() => undefined);
  }
}
