import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { backoff } from '@minos/common';
import type { CronReading } from '../contracts/cron-store.js';
import { Alarm } from './alarm.js';
import { resolveCrons, type CronDefinition } from './cron-definition.js';
import { CronJob, type CronStop } from './cron-job.js';
import { cronStatus, type CronStatus } from './cron-status.js';
import {
  resolveCronRunnerOptions,
  type CronRunnerOptions,
  type CronRunnerPorts,
  type ResolvedCronRunnerOptions,
} from './cron-runner.options.js';

export interface CronRunnerStatus {
  readonly running: boolean;
  readonly crons: readonly CronStatus[];
  /** Why the storage could not be used the last time, until it can. */
  readonly error?: unknown;
}

/**
 * Fires cron handlers, each tick with effects exactly once over all processes: the unit of the handler moves the cron's row from this tick to the next one, and commits only
 * where nobody has done so. A lease keeps all but one process from running the handler; one that is killed is followed by another when its lease is over.
 */
export class CronRunner {
  private readonly options: ResolvedCronRunnerOptions;
  private readonly jobs: readonly CronJob[];
  private readonly holder: string;
  private readonly alarm: Alarm;
  private stopping: AbortController | undefined;
  private cutting: AbortController | undefined;
  private running: Promise<void> | undefined;
  private starts = 0;
  private error: unknown;
  /** Whether the definitions of this process are in the store; from then on a different one there is a later release's. */
  private defined = false;

  /** Throws `CRON_INVALID` with all faults, and `OPTIONS_INVALID`. */
  constructor(
    private readonly ports: CronRunnerPorts & { readonly crons: readonly CronDefinition[] },
    options: CronRunnerOptions = {},
  ) {
    this.options = resolveCronRunnerOptions(options);
    this.jobs = resolveCrons(ports.crons).map((cron) => new CronJob(cron, ports, this.options));
    this.holder = this.options.holder ?? `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
    this.alarm = new Alarm(ports.clock);
  }

  /** Begins in the background; does nothing if it runs or has no crons. Never fails because of the storage: it waits for it. */
  start(): void {
    if (this.running !== undefined || this.jobs.length === 0) return;
    this.stopping = new AbortController();
    this.cutting = new AbortController();
    this.starts += 1;
    this.running = this.run({ stopping: this.stopping.signal, cutting: this.cutting.signal });
  }

  /** Fires nothing more; lets handlers end for `stopGrace`, then cuts them short: their ticks are fired by others. Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    const over = new AbortController();
    void this.ports.clock.sleep(this.options.stopGrace, over.signal).then(
      () => this.cutting?.abort(new Error('The process ends.')),
      () => undefined,
    );
    await this.running;
    over.abort();
    this.running = undefined;
  }

  async status(): Promise<CronRunnerStatus> {
    const { now, crons } = await this.ports.store.read(this.names());
    const states = new Map(crons.map((state) => [state.name, state]));
    return {
      running: this.running !== undefined,
      crons: this.jobs.map((job) => cronStatus(job, states.get(job.cron.name), now, this.defined)),
      ...(this.error === undefined ? {} : { error: this.error }),
    };
  }

  private async run(stop: CronStop): Promise<void> {
    const { retry } = this.options;
    for (let failures = 0; !stop.stopping.aborted;) {
      try {
        await this.round(stop);
        failures = 0;
        this.error = undefined;
      } catch (error) {
        this.error = error;
        this.alarm.within(backoff((failures += 1), retry.first, retry.longest));
      }
      await this.alarm.wait(stop.stopping);
    }
    await Promise.all(this.jobs.map((job) => job.idle()));
  }

  private async round(stop: CronStop): Promise<void> {
    const reading = await this.ports.store.read(this.names());
    if (await this.define(reading)) return this.alarm.within(0);
    const states = new Map(reading.crons.map((state) => [state.name, state]));
    for (const job of this.jobs) {
      const state = states.get(job.cron.name);
      if (state === undefined || job.running || state.definition !== job.cron.definition) continue;
      if (state.nextAt <= reading.now) this.fire(job, stop);
      else this.alarm.within(Math.ceil(state.nextAt - reading.now));
    }
    this.alarm.within(this.options.poll * (0.75 + Math.random() / 4));
  }

  /** What the store lacks; at the start also what it has in another form. Returns whether there was something. */
  private async define({ now, crons }: CronReading): Promise<boolean> {
    const known = new Map(crons.map(({ name, definition }) => [name, definition]));
    const missing = this.jobs.filter(({ cron }) => (this.defined ? !known.has(cron.name) : known.get(cron.name) !== cron.definition));
    for (const job of missing) await this.ports.store.define(job.cron.name, job.cron.definition, job.nextAfter(now));
    this.defined = true;
    return missing.length > 0;
  }

  /** In the background: one that takes its time holds up no other. */
  private fire(job: CronJob, stop: CronStop): void {
    const { lease, retry } = this.options;
    void job.fire(`${this.holder}#${this.starts}`, stop).then(
      (how) => this.alarm.within(how === 'fired' ? 0 : Math.min(1_000, lease / 5) * (0.5 + Math.random() / 2)),
      (error: unknown) => {
        this.error = error;
        this.alarm.within(retry.first);
      },
    );
  }

  private names(): readonly string[] {
    return this.jobs.map(({ cron }) => cron.name);
  }
}
