import { backoff, isMinosError, NO_CRASH_POINTS, type Change, type Clock, type CrashPoints, type Unit } from '@minos/common';
import { SAVE_CHECKPOINT, type SaveCheckpoint } from '../contracts/checkpoint-store.js';
import type { FeedPage } from '../contracts/event-feed.js';
import type { FeedPosition, RecordedEvent } from '../contracts/event-store.js';
import { CheckpointMovedError } from '../stream/checkpoint.errors.js';
import { deliver, type Delivery } from './delivery.js';
import { isCircumstance, SubscriptionFailedError } from './subscription.errors.js';
import { type ResolvedSubscriptionOptions, type SubscriptionPorts, wantedEvents } from './subscription.options.js';

/** What a run tells of itself. */
export interface RunListener {
  /** There is work. */
  onWorking(): void;
  /** Everything that was settled is handled. */
  onCaughtUp(): void;
  /** It begins behind here. That alone is no progress: reading may still fail. */
  onBegun(position: FeedPosition): void;
  /** Everything up to here is handled and committed, or did not concern the subscription. */
  onMoved(position: FeedPosition): void;
  /** A try of an event failed; it will be tried again, or the run ends. */
  onFailure(error: unknown): void;
}

/** One time of being the active runner. */
export interface RunContext {
  readonly signal: AbortSignal;
  /** Lets a unit commit only while the lease is held. */
  readonly fence?: Change;
}

/** A checkpoint that passes events of other types is written this often at the most. */
const LAZY_SAVE_MS = 5_000;
/** After so long without anything new it is written at once. */
const QUIET_MS = 500;

/** Carries events from the feed to the handler for as long as one lease is held. */
export class SubscriptionRun {
  private readonly clock: Clock;
  private readonly crashPoints: CrashPoints;
  private saved: FeedPosition | undefined;
  private savedAt: number;

  constructor(
    private readonly options: ResolvedSubscriptionOptions,
    private readonly ports: SubscriptionPorts,
    private readonly listener: RunListener,
    private readonly context: RunContext,
  ) {
    this.clock = ports.clock;
    this.crashPoints = ports.crashPoints ?? NO_CRASH_POINTS;
    this.savedAt = this.clock.monotonic();
  }

  /** Ends when the signal aborts; rejects with `SUBSCRIPTION_FAILED`, or with what stands in the way of going on. */
  async untilAborted(): Promise<void> {
    const { feed } = this.ports;
    const { batchSize, poll } = this.options;
    let position = await this.begin();
    while (!this.context.signal.aborted) {
      const page = await feed.read(position, { ...wantedEvents(this.options), limit: batchSize, signal: this.context.signal });
      if (page.events.length > 0) await this.handle(page);
      else if (page.covered !== position) await this.pass(page.covered);
      else if (this.isAhead(position)) await this.commit([], position, 1);
      position = page.covered;
      if (page.more || page.events.length > 0) continue;
      this.listener.onCaughtUp();
      await feed.changed(this.isAhead(position) ? Math.min(poll, QUIET_MS) : poll, this.context.signal, position);
    }
  }

  /** Whether it has passed events of other types and not said so: who waits for the checkpoint would wait for ever once nothing comes any more. */
  private isAhead(position: FeedPosition): boolean {
    return position !== (this.saved ?? this.ports.feed.beginning);
  }

  private async begin(): Promise<FeedPosition> {
    const { feed, checkpoints } = this.ports;
    this.saved = await checkpoints.load(this.options.name);
    if (this.saved === undefined && this.options.from === 'now') await this.commit([], (await feed.horizon()).latest, 1);
    const position = this.saved ?? feed.beginning;
    this.listener.onBegun(position);
    return position;
  }

  /** All events in one unit, or, if that fails, one after the other. */
  private async handle(page: FeedPage): Promise<void> {
    this.listener.onWorking();
    try {
      return await this.commit(page.events, page.covered, 1);
    } catch (error) {
      if (this.context.signal.aborted || isCircumstance(error)) throw error;
      this.listener.onFailure(error);
    }
    for (const [index, event] of page.events.entries()) {
      await this.insist(event, index === page.events.length - 1 ? page.covered : event.position);
    }
  }

  private async insist(event: RecordedEvent, to: FeedPosition): Promise<void> {
    const { name, retry } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.commit([event], to, attempt);
      } catch (error) {
        if (this.context.signal.aborted || isCircumstance(error)) throw error;
        this.listener.onFailure(error);
        if (attempt >= retry.attempts) return this.giveUp(new SubscriptionFailedError(name, event, attempt, error), to);
      }
      await this.clock.sleep(backoff(attempt, retry.first, retry.longest), this.context.signal);
    }
  }

  /** Passes the event where that is wanted; what stands in the way of the record is told as what made it necessary. */
  private async giveUp(failure: SubscriptionFailedError, to: FeedPosition): Promise<void> {
    const { skip } = this.options;
    // What this program does not know yet, its next release may: passed, the event would be lost for good.
    if (skip === undefined || isMinosError(failure.cause, 'EVENT_TOO_NEW')) throw failure;
    try {
      await this.move(to, (unit) => skip(failure, unit));
    } catch (error) {
      if (this.context.signal.aborted || isCircumstance(error)) throw error;
      throw failure;
    }
  }

  private async pass(to: FeedPosition): Promise<void> {
    if (this.clock.monotonic() - this.savedAt >= LAZY_SAVE_MS) await this.commit([], to, 1);
    else this.listener.onMoved(to);
  }

  private commit(events: readonly RecordedEvent[], to: FeedPosition, attempt: number): Promise<void> {
    const { toMessages } = this.ports;
    const { name, handler } = this.options;
    const deliveries: Delivery[] = events.map((recorded) => ({ recorded, messages: toMessages?.(recorded) ?? [recorded] }));
    const { signal } = this.context;
    return this.move(to, (unit) =>
      deliveries.length > 0 ? deliver(handler, deliveries, { subscription: name, unit, attempt, signal }) : undefined,
    );
  }

  /** What `work` does and the step of the checkpoint, in one unit. */
  private async move(to: FeedPosition, work: (unit: Unit) => void | Promise<void>): Promise<void> {
    const { fence, signal } = this.context;
    await this.crashPoints.reach('event-sourcing.subscription-commit.before');
    const committed = this.ports.unitOfWork.run(
      async (unit) => {
        if (fence !== undefined) unit.enlist(fence);
        await work(unit);
        signal.throwIfAborted();
        unit.enlist<unknown>({ kind: SAVE_CHECKPOINT, subscription: this.options.name, from: this.saved, to } as SaveCheckpoint);
      },
      // Whoever starts or resumes it has a tenant of its own, perhaps; the checkpoint belongs to none.
      { mode: 'new', tenant: '' },
    );
    await committed.catch((error: unknown) => this.explain(error));
    await this.crashPoints.reach('event-sourcing.subscription-commit.after');
    this.saved = to;
    this.savedAt = this.clock.monotonic();
    this.listener.onMoved(to);
  }

  /**
   * What a handler wrote with SQL of its own meets what another runner has committed before the checkpoint is compared at the end of the unit: such a failure is
   * no fault of the event.
   */
  private async explain(error: unknown): Promise<never> {
    if (isCircumstance(error) || this.context.signal.aborted) throw error;
    const { name } = this.options;
    const found = await this.ports.checkpoints.load(name);
    throw found === this.saved ? error : new CheckpointMovedError(name, this.saved, found, { cause: error });
  }
}
