import { backoff } from '@minos/common';
import type { DueMove, DueTime, ScheduleProgress } from '../contracts/schedule-store.js';
import { Alarm } from './alarm.js';
import {
  resolveScheduleRunnerOptions,
  type ResolvedScheduleRunnerOptions,
  type ScheduleRunnerOptions,
  type ScheduleRunnerPorts,
} from './schedule-runner.options.js';

export interface ScheduleRunnerStatus extends ScheduleProgress {
  readonly running: boolean;
  /** A message has been due for longer than `stallAfter`. */
  readonly stalled: boolean;
  /** Why the last try failed, until one succeeds. */
  readonly error?: unknown;
}

/** Pauses in milliseconds while what is due is in use by a transaction. */
const IN_USE = { first: 5, longest: 250 };

/**
 * Moves messages that are due to the outbox. Any number of runners may run, in any number of processes: each move is one transaction of the store, which keeps the
 * order of a key, so they need nothing of each other, and one that dies leaves nothing behind.
 *
 * It looks when it is told to ({@link hint}), when the next message is due that it knows of, and now and then for what other processes have scheduled.
 */
export class ScheduleRunner {
  private readonly options: ResolvedScheduleRunnerOptions;
  private readonly alarm: Alarm;
  private stopping: AbortController | undefined;
  private running: Promise<void> | undefined;
  private error: unknown;
  /** The store's clock less ours, as the last move told it. */
  private ahead = 0;

  constructor(
    private readonly ports: ScheduleRunnerPorts,
    options: ScheduleRunnerOptions = {},
  ) {
    this.options = resolveScheduleRunnerOptions(options);
    this.alarm = new Alarm(ports.clock);
  }

  /** Begins in the background; does nothing if it runs. Never fails because of the storage: it waits for it. */
  start(): void {
    if (this.running !== undefined) return;
    const { signal } = (this.stopping = new AbortController());
    this.running = this.run(signal);
  }

  /** Something was scheduled for this time, or for any. Cheap, also where nothing runs. */
  hint(due: DueTime = { after: 0 }): void {
    this.alarm.within('after' in due ? due.after : due.at - this.ports.clock.now() - this.ahead);
  }

  /** Ends what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.running;
    this.running = undefined;
  }

  async status(): Promise<ScheduleRunnerStatus> {
    const progress = await this.ports.store.progress();
    return {
      ...progress,
      running: this.running !== undefined,
      stalled: progress.overdueSeconds * 1000 >= this.options.stallAfter,
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { retry } = this.options;
    for (let failures = 0, inUse = 0; !signal.aborted;) {
      try {
        const move = await this.ports.store.moveDue(this.options.batchSize);
        inUse = move.left && move.moved === 0 ? inUse + 1 : 0;
        failures = 0;
        this.error = undefined;
        this.afterMove(move, inUse);
      } catch (error) {
        this.error = error;
        await this.ports.clock.sleep(backoff((failures += 1), retry.first, retry.longest), signal).catch(() => undefined);
        this.alarm.within(0);
      }
      await this.alarm.wait(signal);
    }
  }

  private afterMove({ moved, slots, left, nextInMs, now }: DueMove, inUse: number): void {
    this.ahead = now - this.ports.clock.now();
    if (moved > 0) this.ports.onMoved?.(slots);
    if (left) return this.alarm.within(moved > 0 ? 0 : backoff(inUse, IN_USE.first, IN_USE.longest));
    // Not all runners of a service in step.
    this.alarm.within(this.options.poll * (0.75 + Math.random() / 4));
    if (nextInMs !== undefined) this.alarm.within(Math.ceil(nextInMs));
  }
}
