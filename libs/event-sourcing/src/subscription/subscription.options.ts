import {
  option,
  validateOptions,
  type Clock,
  type CrashPoints,
  type Duration,
  type Leases,
  type Unit,
  type UnitOfWork,
} from '@minos/common';
import type { CheckpointStore } from '../contracts/checkpoint-store.js';
import type { EventFeed, FeedReadOptions } from '../contracts/event-feed.js';
import type { RecordedEvent } from '../contracts/event-store.js';
import type { SubscriptionHandler } from './delivery.js';
import type { SubscriptionFailedError } from './subscription.errors.js';

/** What a {@link Subscription} works with. */
export interface SubscriptionPorts {
  readonly feed: EventFeed;
  readonly checkpoints: CheckpointStore;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  /** Keeps one runner per subscription active over all processes. Without it each process runs its own, and only the checkpoint decides. */
  readonly leases?: Leases;
  /** Makes the handler's messages of a recorded event: upcasting and deserialising. @default the recorded event itself */
  readonly toMessages?: (recorded: RecordedEvent) => readonly unknown[];
  readonly crashPoints?: CrashPoints;
}

export interface SubscriptionRetry {
  /** Tries of one event before the subscription stops at it. @default 5 */
  readonly attempts?: number;
  /** Pause before the second try; doubles with each, jittered. @default '100ms' */
  readonly first?: Duration;
  /** Longest pause. @default '10s' */
  readonly longest?: Duration;
}

export interface SubscriptionOptions {
  /** Durable: names the checkpoint and the lease. */
  readonly name: string;
  readonly handler: SubscriptionHandler;
  /** Where it begins when it has no checkpoint. @default 'beginning' */
  readonly from?: 'beginning' | 'now';
  /** Only events of these types. @default all */
  readonly types?: readonly string[];
  /** Only events of streams of this category. @default all */
  readonly category?: string;
  /** Events per unit at the most. @default 100 */
  readonly batchSize?: number;
  readonly retry?: SubscriptionRetry;
  /**
   * Passes an event that was tried often enough, instead of stopping before it: records what failed with the unit that moves the checkpoint behind it. Where it throws, the
   * subscription stops. @default stops
   */
  readonly skip?: (failure: SubscriptionFailedError, unit: Unit) => void | Promise<void>;
  /** Names this runner in the lease. @default a name made from process id and time of making */
  readonly holder?: string;
  /** How long a lease lasts without being renewed: how late another process takes over from a killed one. @default '10s' */
  readonly lease?: Duration;
  /** How long the runner waits for the feed before it looks by itself. @default '5s' */
  readonly poll?: Duration;
  /** How long `stop()` waits for a handler that does not end. @default '10s' */
  readonly stopTimeout?: Duration;
  /** Waiting work without any progress for so long is reported as stalled. @default '30s' */
  readonly stallAfter?: Duration;
}

const isHandler = (value: unknown): boolean => typeof value === 'object' && value !== null && 'each' in value !== 'batch' in value;

const FIELDS = {
  name: option.string(),
  handler: option.custom<SubscriptionHandler>('{ each(message, context) } or { batch(deliveries, context) }', isHandler),
  from: option.oneOf('beginning', 'now').default('beginning'),
  types: option.list(option.string()).optional(),
  category: option.string().optional(),
  batchSize: option.integer({ min: 1, max: 10_000 }).default(100),
  retry: {
    attempts: option.integer({ min: 1 }).default(5),
    first: option.duration({ min: 1 }).default('100ms'),
    longest: option.duration({ min: 1 }).default('10s'),
  },
  skip: option.custom<NonNullable<SubscriptionOptions['skip']>>('(failure, unit) => …', (value) => typeof value === 'function').optional(),
  holder: option.string().optional(),
  lease: option.duration({ min: 100 }).default('10s'),
  poll: option.duration({ min: 1 }).default('5s'),
  stopTimeout: option.duration({ min: 1 }).default('10s'),
  stallAfter: option.duration({ min: 1 }).default('30s'),
};

export type ResolvedSubscriptionOptions = ReturnType<typeof resolveSubscriptionOptions>;

/** Fills in the defaults, durations in milliseconds; throws `OPTIONS_INVALID` naming all faults at once. */
export function resolveSubscriptionOptions(options: SubscriptionOptions) {
  return validateOptions('Subscription', FIELDS, options);
}

/** What the feed is asked for. */
export function wantedEvents({ types, category }: Pick<ResolvedSubscriptionOptions, 'types' | 'category'>): FeedReadOptions {
  return { ...(types === undefined ? {} : { types }), ...(category === undefined ? {} : { category }) };
}
