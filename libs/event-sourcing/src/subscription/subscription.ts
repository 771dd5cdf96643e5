import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { backoff, joinSignals, LeaseKeeper } from '@minos/common';
import type { FeedPosition } from '../contracts/event-store.js';
import { lagBehind } from './subscription-lag.js';
import type { SubscriptionProgress, SubscriptionState } from './subscription-progress.js';
import { SubscriptionRun, type RunListener } from './subscription-run.js';
import { SubscriptionClosedError, SubscriptionFailedError } from './subscription.errors.js';
import {
  resolveSubscriptionOptions,
  type ResolvedSubscriptionOptions,
  type SubscriptionOptions,
  type SubscriptionPorts,
  wantedEvents,
} from './subscription.options.js';

/**
 * Hands the events of a feed to a handler, in order, and commits what the handler did together with its checkpoint. Over all processes one
 * runner is active; its units are fenced, so that one that has lost the lease without knowing commits nothing.
 *
 * Delivery: each event's changes commit once; the handler itself may run again. A failing event is tried again with back-off, alone; after
 * `retry.attempts` tries the subscription is `failed`, everything before the event committed, until {@link resume} or a restart.
 */
export class Subscription {
  readonly name: string;
  private readonly options: ResolvedSubscriptionOptions;
  private readonly holder: string;
  private current: SubscriptionState = 'stopped';
  private position: FeedPosition | undefined;
  private movedAt: number;
  private error: unknown;
  private stopping: AbortController | undefined;
  private running: Promise<void> | undefined;
  private starts = 0;
  private closed = false;

  constructor(
    options: SubscriptionOptions,
    private readonly ports: SubscriptionPorts,
  ) {
    this.options = resolveSubscriptionOptions(options);
    this.name = this.options.name;
    this.holder = this.options.holder ?? `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
    this.movedAt = ports.clock.monotonic();
  }

  get state(): SubscriptionState {
    return this.current;
  }

  /** Why it stopped, if it `failed`. */
  get failure(): SubscriptionFailedError | undefined {
    return this.current === 'failed' && this.error instanceof SubscriptionFailedError ? this.error : undefined;
  }

  /** Begins to run in the background; does nothing if it runs. Never rejects because of the storage: it waits for it. */
  start(): void {
    if (this.closed) throw new SubscriptionClosedError(this.name);
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    this.starts += 1;
    this.error = undefined;
    this.current = this.ports.leases === undefined ? 'running' : 'standby';
    this.movedAt = this.ports.clock.monotonic();
    const run = this.supervise(this.stopping.signal).finally(() => {
      if (this.running === run) this.running = undefined;
    });
    this.running = run;
  }

  /** Tries the failing event again. Does nothing unless the subscription has failed. */
  resume(): void {
    if (this.current === 'failed') this.start();
  }

  /**
   * Ends running: waits, up to `stopTimeout`, until the unit at hand has ended. A handler that still hangs then is left behind; what it
   * enlists is refused by the fence. Idempotent; {@link start} begins again.
   */
  async stop(): Promise<void> {
    this.stopping?.abort();
    const enough = new AbortController();
    const timeout = this.ports.clock.sleep(this.options.stopTimeout, enough.signal).catch(() => undefined);
    await Promise.race([this.running, timeout]);
    enough.abort();
    this.running = undefined;
    if (this.current !== 'failed') this.current = 'stopped';
  }

  /** {@link stop}, for good. */
  async close(): Promise<void> {
    this.closed = true;
    await this.stop();
  }

  /** Where it stands, by this process's knowledge if it is the active one, and by the stored checkpoint otherwise. */
  async progress(): Promise<SubscriptionProgress> {
    const { clock, checkpoints } = this.ports;
    const active = this.current === 'running' || this.current === 'idle';
    const position = (active ? this.position : undefined) ?? (await checkpoints.load(this.name));
    const lag = await lagBehind(position, this.ports, wantedEvents(this.options));
    const unmovedSeconds = Math.max(0, clock.monotonic() - this.movedAt) / 1000;
    const { failure } = this;
    const unmoved = active && lag.lagEvents > 0 && unmovedSeconds * 1000 >= this.options.stallAfter;
    return {
      name: this.name,
      state: this.current,
      position,
      ...lag,
      unmovedSeconds,
      stalled: this.current === 'failed' || unmoved,
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(failure === undefined ? {} : { failedEvent: failure.event }),
    };
  }

  private async supervise(stop: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    for (let failures = 0; !stop.aborted;) {
      const movedBefore = this.movedAt;
      try {
        await this.turn(stop);
        failures = 0;
      } catch (error) {
        if (stop.aborted) return;
        this.error = error;
        if (error instanceof SubscriptionFailedError) {
          this.current = 'failed';
          return;
        }
        failures = this.movedAt === movedBefore ? failures + 1 : 1;
        await clock.sleep(backoff(failures, this.options.retry.first, this.options.retry.longest), stop).catch(() => undefined);
      }
    }
  }

  /** Runs for as long as the lease is held, or waits a while if somebody else holds it. */
  private async turn(stop: AbortSignal): Promise<void> {
    const { leases, clock } = this.ports;
    if (leases === undefined) return this.run({ signal: stop });
    // Another holder with each start: a run that `stop()` left behind may still hold the lease, and must not share it.
    const lease = await leases.acquire(`subscription:${this.name}`, `${this.holder}#${this.starts}`, this.options.lease);
    if (lease === undefined) {
      this.current = 'standby';
      await clock.sleep((this.options.lease / 3) * (0.75 + Math.random() / 2), stop).catch(() => undefined);
      return;
    }
    const keeper = new LeaseKeeper(leases, clock, lease, this.options.lease);
    const timer = this.afterStop(stop, () => void keeper.end());
    const over = joinSignals(stop, keeper.signal);
    try {
      await this.run({ signal: over.signal, fence: leases.fence(lease) });
    } finally {
      over.release();
      timer.abort();
      await keeper.end();
    }
  }

  /** A handler that hangs beyond `stopTimeout` keeps no lease: the next process need not wait for it, and its commit is refused. */
  private afterStop(stop: AbortSignal, act: () => void): AbortController {
    const ended = new AbortController();
    const { clock } = this.ports;
    const onStop = (): void => void clock.sleep(this.options.stopTimeout, ended.signal).then(act, () => undefined);
    stop.addEventListener('abort', onStop, { once: true, signal: ended.signal });
    return ended;
  }

  private async run(context: {
    signal: AbortSignal;
    fence?: ReturnType<NonNullable<SubscriptionPorts['leases']>['fence']>;
  }): Promise<void> {
    this.current = 'running';
    await new SubscriptionRun(this.options, this.ports, this.listener(context.signal), context).untilAborted();
  }

  /** A run that was left behind by `stop()` is not heard any more. */
  private listener(signal: AbortSignal): RunListener {
    const unlessOver =
      <A extends unknown[]>(act: (...args: A) => void) =>
      (...args: A): void => {
        if (!signal.aborted) act(...args);
      };
    const moved = (): void => {
      this.movedAt = this.ports.clock.monotonic();
      this.error = undefined;
    };
    return {
      onWorking: unlessOver(() => (this.current = 'running')),
      onCaughtUp: unlessOver(() => {
        moved();
        this.current = 'idle';
      }),
      onBegun: unlessOver((position) => (this.position = position)),
      onMoved: unlessOver((position) => {
        moved();
        this.position = position;
      }),
      onFailure: unlessOver((error) => (this.error = error)),
    };
  }
}
