import type { Clock, HealthProbeResult, Leases, UnitOfWork } from '@minos/common';
import { HealthProbe } from '@minos/common';
import type { EventFeed } from '../contracts/event-feed.js';
import type { EventSerializer } from '../serializer/event-serializer.js';
import type { SubscriptionOptions, SubscriptionPorts } from '../subscription/subscription.options.js';
import { Subscription } from '../subscription/subscription.js';
import type { SubscriptionProgress } from '../subscription/subscription-progress.js';
import type { EventStorage } from './event-storage.js';
import { SubscriptionNameTakenError } from './event-sourcing.module.errors.js';

export interface EventSubscriptionsParts {
  readonly storage: EventStorage;
  readonly serializer: EventSerializer;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly leases: Leases | undefined;
}

/** Where the events of a subscription come from, and what is made of them. */
type Source = Partial<Pick<SubscriptionPorts, 'toMessages' | 'feed'>>;

/**
 * The subscriptions of one application. What is added while modules initialise begins to run when the application has started; everything stops before
 * the storage closes. A subscription that is stalled (failed, or not moving although events wait) makes the service not ready; one on
 * the feed of another service only where it has failed.
 */
@HealthProbe('subscriptions')
export class EventSubscriptions implements HealthProbe {
  private readonly added = new Map<string, Subscription>();
  private readonly apart = new Set<Subscription>();
  /** Those on a feed of somebody else: that it does not answer is no fault of this application. */
  private readonly foreign = new Set<string>();
  private started = false;

  constructor(private readonly parts: EventSubscriptionsParts) {}

  /**
   * Adds a subscription; its handler gets instances of the event classes, upcast. Where the service has leases, one process at a time runs it.
   * Throws `SUBSCRIPTION_NAME_TAKEN` for a name that the application has given already. `feed`: where the events come from. @default the application's own
   */
  add(options: SubscriptionOptions, feed?: EventFeed): Subscription {
    return this.run(options, this.deserialised(feed));
  }

  /** The same for a handler that wants the events as they are stored: no class needs to be known, nothing is upcast. */
  addRecorded(options: SubscriptionOptions): Subscription {
    return this.run(options, {});
  }

  /** The same as {@link add} for one that its owner starts and closes. It counts neither for the health of the service nor for {@link progress}; it is closed with the others at the latest. */
  addApart(options: SubscriptionOptions, feed?: EventFeed): Subscription {
    const subscription = this.make(options, this.deserialised(feed));
    this.apart.add(subscription);
    return subscription;
  }

  /** Closes one that was added apart. */
  async remove(subscription: Subscription): Promise<void> {
    await subscription.close();
    this.apart.delete(subscription);
  }

  private deserialised(feed: EventFeed | undefined): Source {
    return { toMessages: (recorded) => this.parts.serializer.deserialize(recorded), ...(feed === undefined ? {} : { feed }) };
  }

  private run(options: SubscriptionOptions, source: Source): Subscription {
    if (this.added.has(options.name)) throw new SubscriptionNameTakenError(options.name);
    const subscription = this.make(options, source);
    this.added.set(options.name, subscription);
    if (source.feed !== undefined) this.foreign.add(options.name);
    if (this.started) subscription.start();
    return subscription;
  }

  private make(options: SubscriptionOptions, { toMessages, feed }: Source): Subscription {
    const { storage, unitOfWork, clock, leases } = this.parts;
    return new Subscription(options, {
      feed: feed ?? storage.feed,
      checkpoints: storage.checkpoints,
      unitOfWork,
      clock,
      ...(leases === undefined ? {} : { leases }),
      ...(toMessages === undefined ? {} : { toMessages }),
    });
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
    await Promise.all([...this.added.values(), ...this.apart].map((subscription) => subscription.close()));
  }

  async check(): Promise<HealthProbeResult> {
    const progress = await this.progress();
    const details = Object.fromEntries(progress.map(({ name, state, lagEvents, lagSeconds }) => [name, { state, lagEvents, lagSeconds }]));
    const isDown = ({ name, state, stalled }: SubscriptionProgress): boolean => state === 'failed' || (stalled && !this.foreign.has(name));
    return { status: progress.some(isDown) ? 'down' : 'up', details };
  }
}
