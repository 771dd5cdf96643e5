import { NO_CRASH_POINTS, option, validateOptions, type Clock, type CrashPoints } from '@minos/common';
import { resolveGroupOptions, type ResolvedGroupOptions } from '../../broker/group-options.js';
import { RefusedKeys } from '../../broker/refused-keys.js';
import { unpublishable } from '../../broker/unpublishable.js';
import type {
  Broker,
  BrokerMessage,
  ChannelDefinition,
  ChannelDescription,
  Follower,
  FollowOptions,
  GroupOptions,
  PartitionLag,
  PublishOutcome,
} from '../../contracts/broker.js';
import { BrokerClosedError } from '../../errors/broker.errors.js';
import { MemoryConnection } from './memory-connection.js';
import type { MemoryContext } from './memory-context.js';
import { MemoryFollower } from './memory-follower.js';
import { MemoryLog } from './memory-log.js';
import { MemoryMember } from './memory-member.js';
import { settledWithin } from './settled-within.js';

export interface MemoryBrokerOptions {
  /** Brokers of one log see each other's channels, messages and groups. @default a log of its own */
  readonly log?: MemoryLog;
  /** @default the log's */
  readonly clock?: Clock;
  readonly crashPoints?: CrashPoints;
  /** Larger messages are refused: key, headers and body together, in bytes. @default 1 MiB */
  readonly maxMessageBytes?: number;
  /** Pause after a rejection, and before a member joins again, in milliseconds. @default 100 */
  readonly retryMs?: number;
}

/** How long close() waits for publishing that has begun. */
const PUBLISH_GRACE_MS = 5_000;

const FIELDS = {
  log: option.custom<MemoryLog>('a MemoryLog', (value) => value instanceof MemoryLog).optional(),
  clock: option.custom<Clock>('a Clock', isObject).optional(),
  crashPoints: option.custom<CrashPoints>('crash points', isObject).default(NO_CRASH_POINTS),
  maxMessageBytes: option.integer({ min: 1 }).default(1_048_576),
  retryMs: option.integer({ min: 1 }).default(100),
};

/**
 * A broker in the memory of one process, for tests and for services that keep nothing. Messages live as long as the log. All waits are on the clock,
 * so a virtual one drives retries, sessions and retention; delivery itself takes no time.
 */
export class MemoryBroker implements Broker {
  private readonly context: MemoryContext;
  private readonly crashPoints: CrashPoints;
  private readonly maxMessageBytes: number;
  private readonly members = new Set<MemoryMember>();
  private readonly followers = new Set<MemoryFollower>();
  private publishing: Promise<void> = Promise.resolve();
  private closing: Promise<void> | undefined;

  constructor(options: MemoryBrokerOptions = {}) {
    const resolved = validateOptions('MemoryBroker', FIELDS, options);
    const log = resolved.log ?? new MemoryLog(resolved.clock);
    const clock = resolved.clock ?? log.clock;
    this.context = { log, clock, connection: new MemoryConnection(clock), retryMs: resolved.retryMs };
    this.crashPoints = resolved.crashPoints;
    this.maxMessageBytes = resolved.maxMessageBytes;
  }

  ensureChannels(channels: readonly ChannelDefinition[]): Promise<void> {
    return this.call('ensure-channels', () => this.context.log.ensureChannels(channels));
  }

  /** One call after the other, so that a pause at a crash point does not change their order. */
  async publish(messages: readonly BrokerMessage[]): Promise<readonly PublishOutcome[]> {
    this.assertOpen();
    const published = this.publishing.then(() => this.call('publish', () => this.append(messages), true));
    this.publishing = published.then(
      () => undefined,
      () => undefined,
    );
    return published;
  }

  partitionOf(channel: string, key: string): Promise<number> {
    return this.call('partition-of', () => this.context.log.channel(channel).partitionOf(key).ref.partition);
  }

  async join(options: GroupOptions): Promise<MemoryMember> {
    const resolved = resolveGroupOptions(options);
    let member: MemoryMember | undefined;
    try {
      return await this.call('join', () => (member = this.enter(resolved)));
    } catch (error) {
      await member?.leave();
      throw error;
    }
  }

  follow(options: FollowOptions): Promise<Follower> {
    return this.call('follow', () => {
      const { channel, partition } = options.partition;
      const partitions = this.context.log.channel(channel).partitions;
      const found = partitions[partition];
      if (found === undefined)
        throw new RangeError(`The channel "${channel}" has the partitions 0 to ${partitions.length - 1}, but no ${partition}.`);
      const follower = new MemoryFollower(this.context, found, options);
      this.followers.add(follower);
      void follower.ended.then(() => this.followers.delete(follower));
      return follower;
    });
  }

  describe(channel: string): Promise<ChannelDescription> {
    return this.call('describe', () => this.context.log.channel(channel).describe());
  }

  origin(): Promise<string> {
    return this.call('origin', () => this.context.log.origin);
  }

  lag(group: string, channels: readonly string[]): Promise<readonly PartitionLag[]> {
    return this.call('lag', () => this.context.log.lag(group, channels));
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  /**
   * For tests: this broker object is not heard and hears nothing, until {@link MemoryBroker.reconnect}. Calls reject with `BROKER_UNAVAILABLE`, delivery stops,
   * and the group drops its members after their `sessionTimeoutMs`; they are told that they lost their partitions when it is back.
   */
  disconnect(): void {
    this.context.connection.cut();
  }

  reconnect(): void {
    this.context.connection.restore();
  }

  private append(messages: readonly BrokerMessage[]): PublishOutcome[] {
    for (const { channel } of messages) this.context.log.channel(channel);
    const refusedKeys = new RefusedKeys();
    return messages.map((message) => {
      const refused = refusedKeys.holdingBack(message) ?? unpublishable(message, this.maxMessageBytes);
      if (refused !== undefined) {
        refusedKeys.add(message);
        return { refused };
      }
      const partition = this.context.log.channel(message.channel).partitionOf(message.key);
      return { ...partition.ref, offset: partition.append(message) };
    });
  }

  private enter(options: ResolvedGroupOptions): MemoryMember {
    const member = new MemoryMember(this.context, options);
    this.members.add(member);
    void member.ended.then(() => this.members.delete(member));
    return member;
  }

  private async call<T>(name: string, work: () => T, begun = false): Promise<T> {
    if (!begun) this.assertOpen();
    await this.crashPoints.reach(`messaging.${name}.before`);
    if (!begun) this.assertOpen();
    this.context.connection.assertUp();
    const answer = work();
    await this.crashPoints.reach(`messaging.${name}.after`);
    return answer;
  }

  private assertOpen(): void {
    if (this.closing !== undefined) throw new BrokerClosedError();
  }

  private async shutDown(): Promise<void> {
    await settledWithin(this.publishing, PUBLISH_GRACE_MS, this.context.clock);
    await Promise.all([...this.members].map((member) => member.leave()));
    await Promise.all([...this.followers].map((follower) => follower.close()));
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
