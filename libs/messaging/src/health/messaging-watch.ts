import { BrokerUnavailableError } from '../errors/broker.errors.js';
import type { RelayProgress } from '../relay/outbox-relay.js';
import type { RequestsStatus } from '../request/requests.js';
import type { ScheduleRunnerStatus } from '../schedule/schedule-runner.js';
import { answeredWithin } from './answered-within.js';
import { ConsumerObservation } from './consumer-observation.js';
import {
  resolveMessagingHealthOptions,
  type MessagingHealthOptions,
  type MessagingHealthSettings,
  type MessagingWatchPorts,
} from './messaging-watch.options.js';
import type { Sample } from './sample.js';

const LOOK_EVERY_MS = 1_000;

export type RelaySample = Sample<RelayProgress>;

/**
 * Watches how the consumers, the relay, the schedules and the requests of a process get on, so that probes and metrics answer at once from what is known: it looks at
 * them every second, which costs nothing, and asks the broker, the outbox and the schedules at a low rate, over the connections that they have.
 */
export class MessagingWatch {
  readonly settings: MessagingHealthSettings;
  private readonly seen = new Map<string, ConsumerObservation>();
  private relaySample: RelaySample | undefined;
  private scheduleSample: Sample<ScheduleRunnerStatus> | undefined;
  private placelessSince: number | undefined;
  private stopping: AbortController | undefined;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly ports: MessagingWatchPorts,
    options: MessagingHealthOptions = {},
  ) {
    this.settings = resolveMessagingHealthOptions(options);
  }

  /** Begins to watch in the background; does nothing if it does. */
  start(): void {
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const { every } = this.settings;
    this.running = Promise.all([
      this.repeat(LOOK_EVERY_MS, signal, async () => this.look()),
      this.repeat(every, signal, () => this.askAll()),
    ]);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    await this.running;
    this.running = undefined;
  }

  now(): number {
    return this.ports.clock.monotonic();
  }

  /** One for each consumer. */
  observations(): readonly ConsumerObservation[] {
    const consumers = [...this.ports.consumers()];
    for (const consumer of consumers) {
      if (this.seen.get(consumer.consumer)?.consumer !== consumer) this.seen.set(consumer.consumer, new ConsumerObservation(consumer));
    }
    return consumers.map(({ consumer }) => this.seen.get(consumer)).filter((one) => one !== undefined);
  }

  /** `undefined` where there is no relay, or nothing is known yet. */
  get relay(): RelaySample | undefined {
    return this.relaySample;
  }

  get hasRelay(): boolean {
    return this.ports.relay !== undefined;
  }

  /** `undefined` where nothing is scheduled, or nothing is known yet. */
  get schedules(): Sample<ScheduleRunnerStatus> | undefined {
    return this.scheduleSample;
  }

  /** `undefined` where the service asks nobody. */
  get requests(): RequestsStatus | undefined {
    return this.ports.requests?.status();
  }

  /** For how long requests could not be asked, because there was no place for replies; 0 while they can, or nobody has begun to. */
  get placelessMs(): number {
    return this.placelessSince === undefined ? 0 : this.now() - this.placelessSince;
  }

  private look(): void {
    for (const one of this.observations()) one.look(this.now());
    const { requests } = this;
    if (requests?.running === true && requests.partition === undefined) this.placelessSince ??= this.now();
    else this.placelessSince = undefined;
  }

  private async askAll(): Promise<void> {
    const { broker, clock } = this.ports;
    const patience = { milliseconds: this.settings.answer, refuse: (message: string) => new BrokerUnavailableError(message) };
    const within = <T>(asked: Promise<T>): Promise<T> => answeredWithin(clock, patience, asked);
    const patient: Pick<MessagingWatchPorts['broker'], 'lag' | 'describe'> = {
      lag: (group, channels) => within(broker.lag(group, channels)),
      describe: (channel) => within(broker.describe(channel)),
    };
    const { relay, schedules } = this.ports;
    await Promise.all([
      ...(relay ? [this.ask(() => relay.progress(), this.relaySample).then((sample) => (this.relaySample = sample))] : []),
      ...(schedules ? [this.ask(() => schedules.status(), this.scheduleSample).then((sample) => (this.scheduleSample = sample))] : []),
      ...this.observations().map((one) => one.ask(patient, () => this.now())),
    ]);
  }

  private async ask<P>(asked: () => Promise<P>, before: Sample<P> | undefined): Promise<Sample<P>> {
    try {
      const patience = { milliseconds: this.settings.answer, refuse: (message: string) => new Error(message) };
      return { progress: await answeredWithin(this.ports.clock, patience, asked()), at: this.now() };
    } catch (error) {
      return { at: this.now(), ...before, error };
    }
  }

  private async repeat(everyMs: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await work();
      await this.ports.clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }
}
