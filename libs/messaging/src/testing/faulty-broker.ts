import { option, SystemClock, validateOptions, type Clock } from '@minos/common';
import type {
  Broker,
  BrokerMessage,
  ChannelDefinition,
  ChannelDescription,
  Follower,
  FollowOptions,
  GroupMember,
  GroupOptions,
  PartitionLag,
  PublishOutcome,
  StoredMessage,
} from '../contracts/broker.js';
import { BrokerClosedError, BrokerUnavailableError } from '../errors/broker.errors.js';
import { repeatSome, shuffleKeys } from './faulty-order.js';
import { SeededRandom } from './seeded-random.js';

/** Probabilities from 0 to 1. What is left out does not happen. */
export interface FaultyBrokerOptions {
  /** The same seed gives the same faults in the same calls. */
  readonly seed: number;
  /** Of each message to be stored twice, the second time anywhere behind the first in its call. */
  readonly duplicate?: number;
  /** Of each publish call to store its messages in another order; the order for each key stays. */
  readonly reorder?: number;
  /** Of each publish call to reject with `BROKER_UNAVAILABLE`, nothing being stored. */
  readonly unavailable?: number;
  /** Of each publish call to reject with `BROKER_UNAVAILABLE` when all is stored. */
  readonly lostAnswer?: number;
  /** Of each delivery not to reach its listener; the broker delivers it again. At most 0.9. */
  readonly drop?: number;
  /** Of each publish call and each delivery to be held up. */
  readonly delay?: number;
  /** @default 20 */
  readonly longestDelayMs?: number;
  /** Delays pass on it. @default the system's */
  readonly clock?: Clock;
}

/** How often each fault has happened: messages for `duplicate`, calls and deliveries for the others. */
export type FaultCounts = Readonly<Record<Fault, number>>;

const FAULTS = ['duplicate', 'reorder', 'unavailable', 'lostAnswer', 'drop', 'delay'] as const;
type Fault = (typeof FAULTS)[number];

const probability = (max = 1) => option.number({ min: 0, max }).default(0);

const FIELDS = {
  seed: option.integer(),
  duplicate: probability(),
  reorder: probability(),
  unavailable: probability(),
  lostAnswer: probability(),
  drop: probability(0.9),
  delay: probability(),
  longestDelayMs: option.integer({ min: 1 }).default(20),
  clock: option.custom<Clock>('a Clock', (value) => typeof value === 'object' && value !== null).optional(),
};

/**
 * A broker that makes every trouble that the `Broker` port allows, on top of another one: users of the port must live with all of it. Without `duplicate`,
 * `unavailable` and `lostAnswer` it keeps the contract of brokers.
 */
export class FaultyBroker implements Broker {
  private readonly options: ReturnType<typeof validateOptions<typeof FIELDS>>;
  private readonly clock: Clock;
  private readonly random: SeededRandom;
  private readonly publishRandom: SeededRandom;
  private readonly counts = new Map<Fault, number>();
  private readonly closing = new AbortController();
  private publishing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly broker: Broker,
    options: FaultyBrokerOptions,
  ) {
    this.options = validateOptions('FaultyBroker', FIELDS, options);
    this.clock = this.options.clock ?? new SystemClock();
    this.random = new SeededRandom(this.options.seed);
    this.publishRandom = this.random.fork('publish');
  }

  /** The faults that have happened so far. */
  faults(): FaultCounts {
    return Object.fromEntries(FAULTS.map((fault) => [fault, this.counts.get(fault) ?? 0])) as FaultCounts;
  }

  ensureChannels(channels: readonly ChannelDefinition[]): Promise<void> {
    return this.broker.ensureChannels(channels);
  }

  /** One call after the other, so that delays do not change their order. */
  publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    if (this.closing.signal.aborted) return Promise.reject(new BrokerClosedError());
    const published = this.publishing.then(() => this.publishNow(messages));
    this.publishing = published.catch(() => undefined);
    return published;
  }

  origin(): Promise<string> {
    return this.broker.origin();
  }

  join(options: GroupOptions): Promise<GroupMember> {
    const { listener } = options;
    const randoms = new Map<string, SeededRandom>();
    return this.broker.join({
      ...options,
      listener: {
        assigned: (partition) => listener.assigned(partition),
        revoked: (partition, how) => listener.revoked(partition, how),
        messages: (partition, messages) => {
          const name = `${options.group}/${options.member}/${partition.channel}/${partition.partition}`;
          const random = randoms.get(name) ?? this.random.fork(name);
          randoms.set(name, random);
          return this.deliver(random, messages, () => listener.messages(partition, messages));
        },
      },
    });
  }

  follow(options: FollowOptions): Promise<Follower> {
    const random = this.random.fork(`${options.partition.channel}/${options.partition.partition}`);
    const messages = (batch: readonly StoredMessage[]): Promise<void> => this.deliver(random, batch, () => options.messages(batch));
    return this.broker.follow({ ...options, messages });
  }

  partitionOf(channel: string, key: string): Promise<number> {
    return this.broker.partitionOf(channel, key);
  }

  describe(channel: string): Promise<ChannelDescription> {
    return this.broker.describe(channel);
  }

  lag(group: string, channels: readonly string[]): Promise<readonly PartitionLag[]> {
    return this.broker.lag(group, channels);
  }

  /** Delays end at once. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.publishing;
    await this.broker.close();
  }

  private async publishNow(messages: readonly BrokerMessage[]): Promise<PublishOutcome[]> {
    const random = this.publishRandom;
    await this.holdUp(random);
    if (this.strikes('unavailable', random)) throw new BrokerUnavailableError('A fault was injected: nothing was stored.');
    const listed = messages.map((message, index) => ({ message, index }));
    const ordered = this.strikes('reorder', random) ? shuffleKeys(listed, random) : listed;
    const sent = repeatSome(ordered, this.options.duplicate, random);
    this.count('duplicate', sent.length - ordered.length);
    const outcomes = await this.broker.publish(sent.map(({ message }) => message));
    if (this.strikes('lostAnswer', random)) throw new BrokerUnavailableError('A fault was injected: all was stored, the answer is lost.');
    return messages.map((_, index) => outcomes[sent.findIndex((entry) => entry.index === index)] as PublishOutcome);
  }

  private async deliver(random: SeededRandom, messages: readonly StoredMessage[], work: () => Promise<void>): Promise<void> {
    await this.holdUp(random);
    if (this.strikes('drop', random)) throw new Error(`A fault was injected: ${messages.length} messages were not delivered.`);
    await work();
  }

  private async holdUp(random: SeededRandom): Promise<void> {
    if (!this.strikes('delay', random)) return;
    await this.clock.sleep(1 + random.below(this.options.longestDelayMs), this.closing.signal).catch(() => undefined);
  }

  private strikes(fault: Exclude<Fault, 'duplicate'>, random: SeededRandom): boolean {
    const struck = random.chance(this.options[fault]);
    if (struck) this.count(fault, 1);
    return struck;
  }

  private count(fault: Fault, times: number): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + times);
  }
}
