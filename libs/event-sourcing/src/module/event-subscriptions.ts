import type { Clock, HealthProbeResult, Leases, UnitOfWork } from '@minos/common';
import { HealthProbe } from '@minos/common';
import type { EventFeed } from '../contracts/event-feed.js';
import type { RecordedEvent } from '../contracts/event-store.js';
import type { EventSerializer } from '../serializer/event-serializer.js';
import type { SubscriptionOptions, SubscriptionPorts } from '../subscription/subscription.options.js';
import { Subscription, type SubscriptionProgress } from '../subscription/subscription.js';
import type { EventStorage } from './event-storage.js';
import { SubscriptionNameTakenError } from './event-sourcing.module.errors.js';

export interface EventSubscriptionsParts {
  readonly storage: EventStorage;
  readonly serializer: EventSerializer;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly leases: Leases | undefined;
}

/**
 * The subscriptions of one application. What is added while modules initialise begins to run when the application has started; everything stops before
 * the storage closes. A subscription that is stalled (failed, or not moving although events wait) makes the service not ready.
 */
@HealthProbe('subscriptions')
export class EventSubscriptions implements HealthProbe {
  private readonly added = new Map<string, Subscription>();
  private started = false;

  constructor(private readonly parts: EventSubscriptionsParts) {}

  /**
   * Adds a subscription; its handler gets instances of the event classes, upcast. Where the service has leases, one process at a time runs it.
   * Throws `SUBSCRIPTION_NAME_TAKEN` for a name that the application has given already. `feed`: where the events come from. @default the application's own
   */
  add(options: SubscriptionOptions, feed?: EventFeed): Subscription {
    const toMessages = (recorded: RecordedEvent): readonly unknown[] => this.parts.serializer.deserialize(recorded);
    return this.run(options, { toMessages, ...(feed === undefined ? {} : { feed }) });
  }

  /** The same for a handler that wants the events as they are stored: no class needs to be known, nothing is upcast. */
  addRecorded(options: SubscriptionOptions): Subscription {
    return this.run(options, {});
  }

  private run(
    options: SubscriptionOptions,
    { toMessages, feed }: Pick<SubscriptionPorts, 'toMessages'> & Partial<Pick<SubscriptionPorts, 'feed'>>,
  ): Subscription {
    if (this.added.has(options.name)) throw new SubscriptionNameTakenError(options.name);
    const { storage, unitOfWork, clock, leases } = this.parts;
    const subscription = new Subscription(options, {
      feed: feed ?? storage.feed,
      checkpoints: storage.checkpoints,
      unitOfWork,
      clock,
      ...(leases === undefined ? {} : { leases }),
      ...(toMessages === undefined ? {} : { toMessages }),
    });
    this.added.set(options.name, subscription);
    if (this.started) subscription.start();
    return subscription;
  }

  /** How far each has come. */
  progress(): Promise<SubscriptionProgress[]> {
    return Promise.all([...this.added.values()].map((subscription) => subscription.progress()));
  }

  start(): void {
    this.started = true;
    for (const subscription of this.added.values()) subscription.start();
  }

  /** Ends them all; waits for the units at hand. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.added.values()].map((subscription) => subscription.close()));
  }

  async check(): Promise<HealthProbeResult> {
    const progress = await this.progress();
    const details = Object.fromEntries(progress.map(({ name, state, lagEvents, lagSeconds }) => [name, { state, lagEvents, lagSeconds }]));
    return { status: progress.some(({ stalled }) => stalled) ? 'down' : 'up', details };
  }
}
